import { randomBytes } from 'node:crypto';

const BYTES = 16;

/** A serial number nobody can guess, from 1 to 2^128 − 1: far below the 20 octets of RFC 5280 §4.1.2.2. */
export function newSerialNumber(): bigint {
  const serialNumber = BigInt(`0x${randomBytes(BYTES).toString('hex')}`);
  return serialNumber === 0n ? newSerialNumber() : serialNumber;
}
