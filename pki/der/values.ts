import { TAG, malformed } from './reader.ts';
import type { DerElement } from './reader.ts';

const MAX_OID_BYTES = 64;
const MAX_INTEGER_BYTES = 64;

/** A BOOLEAN, of which DER has one spelling each (X.690 §11.1). */
export function readBoolean(content: Uint8Array): boolean {
  const [value] = content;
  if (content.length !== 1 || (value !== 0 && value !== 0xff)) throw malformed('BOOLEAN');
  return value === 0xff;
}

/** An INTEGER in its shortest form; negative ones too. */
export function readInteger(content: Uint8Array): bigint {
  const [first, second] = content;
  if (first === undefined || content.length > MAX_INTEGER_BYTES) throw malformed('INTEGER');
  const isPadded =
    second !== undefined && (first === 0 ? second < 0x80 : first === 0xff && second >= 0x80);
  if (isPadded) throw malformed('INTEGER');
  const value = BigInt(`0x${toHex(content)}`);
  return first < 0x80 ? value : value - (1n << BigInt(8 * content.length));
}

/** The bytes of a BIT STRING that is made of whole ones, as keys and signatures are. */
export function readOctetsOfBitString(content: Uint8Array): Uint8Array {
  if (content[0] !== 0) throw malformed('BIT STRING');
  return content.subarray(1);
}

/** The bits of a named bit list, most significant first, as a number: bit n is 2^n (X.690 §11.2). */
export function readNamedBits(content: Uint8Array): number {
  const [unused, ...bytes] = content;
  const last = bytes.at(-1);
  if (unused === undefined || unused > 7 || bytes.length > 2) throw malformed('BIT STRING');
  if (last === undefined) {
    if (unused !== 0) throw malformed('BIT STRING');
    return 0;
  }
  // No bit is set among the unused ones, and the last used one is: trailing zeros are left out.
  if ((last & ((1 << unused) - 1)) !== 0 || (last & (1 << unused)) === 0) {
    throw malformed('BIT STRING');
  }
  let bits = 0;
  bytes.forEach((byte, i) => {
    for (let bit = 0; bit < 8; bit++) {
      if ((byte & (0x80 >> bit)) !== 0) bits |= 1 << (8 * i + bit);
    }
  });
  return bits;
}

/** An OBJECT IDENTIFIER by its dots. */
export function readOid(content: Uint8Array): string {
  if (content.length === 0 || content.length > MAX_OID_BYTES) throw malformed('OBJECT IDENTIFIER');
  const arcs: number[] = [];
  let value = 0;
  let isStart = true;
  for (const byte of content) {
    if (isStart && byte === 0x80) throw malformed('OBJECT IDENTIFIER');
    value = value * 128 + (byte & 0x7f);
    if (value > Number.MAX_SAFE_INTEGER) throw malformed('OBJECT IDENTIFIER');
    isStart = byte < 0x80;
    if (!isStart) continue;
    arcs.push(value);
    value = 0;
  }
  if (!isStart) throw malformed('OBJECT IDENTIFIER');
  const [first, ...rest] = arcs as [number, ...number[]];
  const root = Math.min(Math.floor(first / 40), 2);
  return [root, first - 40 * root, ...rest].join('.');
}

const UTC_TIME = /^(\d\d)(\d{10})Z$/;
const GENERALIZED_TIME = /^(\d{4})(\d{10})Z$/;

/** UTCTime or GeneralizedTime as certificates write them, to the second and in UTC (RFC 5280 §4.1.2.5). */
export function readTime({ tag, content }: DerElement): Date {
  const text = Buffer.from(content).toString('latin1');
  const match = (tag === TAG.utcTime ? UTC_TIME : GENERALIZED_TIME).exec(text);
  if (match === null || (tag !== TAG.utcTime && tag !== TAG.generalizedTime)) {
    throw malformed('time');
  }
  const [, years = '', rest = ''] = match;
  const century = Number(years) >= 50 ? '19' : '20';
  const year = tag === TAG.utcTime ? century + years : years;
  const [month, day, hour, minute, second] = rest.match(/../g)!;
  const iso = `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`;
  const time = new Date(iso);
  // What rolls over (31 June) or does not parse is no time.
  if (Number.isNaN(time.getTime()) || time.toISOString() !== iso) throw malformed('time');
  return time;
}

export const toHex = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex');

export const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;
