import { PkiError } from '../errors.ts';

const SEQUENCE = 0x30;
const INTEGER = 0x02;

/**
 * An ECDSA signature as JOSE carries it, r‖s at full width (RFC 7518 §3.4), from the DER SEQUENCE of X.509.
 * @throws PkiError PKI_ECDSA_SIGNATURE for anything but canonical DER of that width
 */
export function ecdsaDerToRaw(der: Uint8Array, signatureBytes: number): Uint8Array {
  const raw = new Uint8Array(signatureBytes);
  const half = signatureBytes / 2;
  const sequence = readElement(der, SEQUENCE);
  if (sequence.end !== der.length) throw new PkiError('PKI_ECDSA_SIGNATURE');
  const r = readElement(sequence.content, INTEGER);
  const s = readElement(sequence.content.subarray(r.end), INTEGER);
  if (r.end + s.end !== sequence.content.length) throw new PkiError('PKI_ECDSA_SIGNATURE');
  copyInteger(r.content, raw.subarray(0, half));
  copyInteger(s.content, raw.subarray(half));
  return raw;
}

/** The DER SEQUENCE of r and s, from r‖s. Key stores that speak PKCS#11 hand out the latter. */
export function ecdsaRawToDer(raw: Uint8Array): Uint8Array {
  const half = raw.length / 2;
  const body = Buffer.concat([
    encodeInteger(raw.subarray(0, half)),
    encodeInteger(raw.subarray(half)),
  ]);
  return Buffer.concat([encodeHead(SEQUENCE, body.length), body]);
}

function readElement(der: Uint8Array, tag: number): { content: Uint8Array; end: number } {
  let length = der[1] ?? 0;
  let start = 2;
  // r and s of P-521 are the longest: one length byte after 0x81 is enough, and DER wants the shortest form.
  if (length === 0x81) {
    length = der[2] ?? 0;
    start = 3;
    if (length < 0x80) throw new PkiError('PKI_ECDSA_SIGNATURE');
  } else if (length > 0x80) {
    throw new PkiError('PKI_ECDSA_SIGNATURE');
  }
  const end = start + length;
  if (der[0] !== tag || length === 0 || end > der.length) throw new PkiError('PKI_ECDSA_SIGNATURE');
  return { content: der.subarray(start, end), end };
}

/** Copies a positive INTEGER to the right end of a field; a zero in front is there only to keep it positive. */
function copyInteger(content: Uint8Array, field: Uint8Array): void {
  const [first = 0, second = 0] = content;
  const isPadded = first === 0 && content.length > 1;
  if (first >= 0x80 || (isPadded && second < 0x80)) throw new PkiError('PKI_ECDSA_SIGNATURE');
  const digits = isPadded ? content.subarray(1) : content;
  if (digits.length > field.length) throw new PkiError('PKI_ECDSA_SIGNATURE');
  field.set(digits, field.length - digits.length);
}

function encodeInteger(field: Uint8Array): Uint8Array {
  const firstDigit = field.findIndex((byte) => byte !== 0);
  const digits = field.subarray(firstDigit === -1 ? field.length - 1 : firstDigit);
  const padding = digits[0]! >= 0x80 ? [0] : [];
  return Buffer.concat([
    encodeHead(INTEGER, digits.length + padding.length),
    Uint8Array.from(padding),
    digits,
  ]);
}

function encodeHead(tag: number, length: number): Uint8Array {
  return Uint8Array.from(length < 0x80 ? [tag, length] : [tag, 0x81, length]);
}
