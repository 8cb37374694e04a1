import { TAG, constructed } from './reader.ts';

/** One element of DER around parts that are written already. */
export function element(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  let length = 0;
  for (const part of parts) length += part.length;
  const header = headerOf(tag, length);
  return Buffer.concat([header, ...parts], header.length + length);
}

function headerOf(tag: number, length: number): Buffer {
  if (length < 0x80) return Buffer.from([tag, length]);
  if (length < 0x100) return Buffer.from([tag, 0x81, length]);
  if (length < 0x10000) return Buffer.from([tag, 0x82, length >> 8, length & 0xff]);
  return Buffer.from([tag, 0x83, length >> 16, (length >> 8) & 0xff, length & 0xff]);
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

/** UTCTime through 2049, GeneralizedTime from then on (RFC 5280 §4.1.2.5); whole seconds. */
export function time(date: Date): Buffer {
  const digits = date.toISOString().replace(/[-:T]|\.\d+/g, ''); // 20260101000000Z
  const isUtcTime = date.getUTCFullYear() < 2050;
  return isUtcTime
    ? element(TAG.utcTime, Buffer.from(digits.slice(2), 'latin1'))
    : element(TAG.generalizedTime, Buffer.from(digits, 'latin1'));
}
