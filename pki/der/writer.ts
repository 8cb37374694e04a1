import { TAG, constructed } from './reader.ts';

/** One element of DER around parts that are written already. */
export function element(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  let length = 0;
  for (const part of parts) length += part.length;
  const lengthBytes = length < 0x80 ? 0 : length < 0x100 ? 1 : length < 0x10000 ? 2 : 3;
  const bytes = Buffer.allocUnsafe(2 + lengthBytes + length);
  bytes[0] = tag;
  bytes[1] = lengthBytes === 0 ? length : 0x80 | lengthBytes;
  if (lengthBytes > 0) bytes.writeUIntBE(length, 2, lengthBytes);
  let at = 2 + lengthBytes;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

export const sequence = (...parts: readonly Uint8Array[]): Buffer =>
  element(TAG.sequence, ...parts);
export const set = (...parts: readonly Uint8Array[]): Buffer => element(TAG.set, ...parts);
export const explicit = (n: number, ...parts: readonly Uint8Array[]): Buffer =>
  element(constructed(n), ...parts);
export const octetString = (...parts: readonly Uint8Array[]): Buffer =>
  element(TAG.octetString, ...parts);
/** Whole bytes, none of whose bits is unused. */
export const bitString = (bytes: Uint8Array): Buffer => element(TAG.bitString, ZERO, bytes);
export const utf8String = (text: string): Buffer => element(TAG.utf8String, Buffer.from(text));
export const ia5 = (tag: number, text: string): Buffer => element(tag, Buffer.from(text, 'latin1'));

const ZERO = Buffer.of(0);
const ASCII_ZERO = 0x30;
const ASCII_Z = 0x5a;
const PRINTABLE = /^[A-Za-z0-9 '()+,\-./:=?]*$/;

/** PrintableString where it will do, as other issuers write names; UTF8String else. */
export const directoryString = (text: string): Buffer =>
  PRINTABLE.test(text)
    ? element(TAG.printableString, Buffer.from(text, 'latin1'))
    : utf8String(text);

/** A number that is not negative, in its shortest form. */
export function integer(value: bigint): Buffer {
  const hex = value.toString(16);
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
  return bytes[0]! < 0x80 ? element(TAG.integer, bytes) : element(TAG.integer, ZERO, bytes);
}

export function oid(dotted: string): Buffer {
  const [first, second, ...rest] = dotted.split('.').map(Number) as [number, number, ...number[]];
  return element(TAG.oid, Buffer.from([40 * first + second, ...rest].flatMap(base128)));
}

function base128(arc: number): number[] {
  const digits = [arc % 128];
  for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128)) {
    digits.unshift(0x80 | (left % 128));
  }
  return digits;
}

const UTC_TIME_ENDS = 2050;

/** UTCTime through 2049, GeneralizedTime from then on (RFC 5280 §4.1.2.5); whole seconds. */
export function time(date: Date): Buffer {
  const year = date.getUTCFullYear();
  const pairs = [
    year % 100,
    date.getUTCMonth() + 1,
    date.getUTCDate(),
    date.getUTCHours(),
    date.getUTCMinutes(),
    date.getUTCSeconds(),
  ];
  if (year >= UTC_TIME_ENDS) pairs.unshift(Math.floor(year / 100));
  const digits = pairs.flatMap((pair) => [
    ASCII_ZERO + Math.floor(pair / 10),
    ASCII_ZERO + (pair % 10),
  ]);
  const tag = year < UTC_TIME_ENDS ? TAG.utcTime : TAG.generalizedTime;
  return element(tag, Buffer.from([...digits, ASCII_Z]));
}
