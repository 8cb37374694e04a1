import { randomBytes } from 'node:crypto';

const BYTES = 16;
/** Drawn at once: a call of the generator costs more than the bytes do. */
const BATCH = 64;

let drawn = Buffer.alloc(0);

/** A serial number nobody can guess, from 1 to 2^128 − 1: far below the 20 octets of RFC 5280 §4.1.2.2. */
export function newSerialNumber(): bigint {
  if (drawn.length === 0) drawn = randomBytes(BYTES * BATCH);
  const serialNumber = BigInt(`0x${drawn.toString('hex', 0, BYTES)}`);
  drawn = drawn.subarray(BYTES);
  return serialNumber === 0n ? newSerialNumber() : serialNumber;
}
