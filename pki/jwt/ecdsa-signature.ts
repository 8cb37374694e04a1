import { DerReader, TAG } from '../der/reader.ts';
import { element, sequence } from '../der/writer.ts';
import { PkiError } from '../errors.ts';

/**
 * An ECDSA signature as JOSE carries it, r‖s at full width (RFC 7518 §3.4), from the DER SEQUENCE of X.509.
 * @throws PkiError PKI_ECDSA_SIGNATURE for anything but canonical DER of that width
 */
export function ecdsaDerToRaw(der: Uint8Array, signatureBytes: number): Uint8Array {
  const raw = new Uint8Array(signatureBytes);
  const half = signatureBytes / 2;
  const { r, s } = readIntegers(der);
  copyInteger(r, raw.subarray(0, half));
  copyInteger(s, raw.subarray(half));
  return raw;
}

/** The DER SEQUENCE of r and s, from r‖s. Key stores that speak PKCS#11 hand out the latter. */
export function ecdsaRawToDer(raw: Uint8Array): Uint8Array {
  const half = raw.length / 2;
  return sequence(encodeInteger(raw.subarray(0, half)), encodeInteger(raw.subarray(half)));
}

function readIntegers(der: Uint8Array): { readonly r: Uint8Array; readonly s: Uint8Array } {
  try {
    const reader = new DerReader(DerReader.only(der, TAG.sequence).content);
    const r = reader.read(TAG.integer).content;
    const s = reader.read(TAG.integer).content;
    reader.end();
    return { r, s };
  } catch (cause) {
    throw new PkiError('PKI_ECDSA_SIGNATURE', { cause });
  }
}

/** Copies a positive INTEGER to the right end of a field; a zero in front is there only to keep it positive. */
function copyInteger(content: Uint8Array, field: Uint8Array): void {
  const [first, second = 0] = content;
  if (first === undefined) throw new PkiError('PKI_ECDSA_SIGNATURE');
  const isPadded = first === 0 && content.length > 1;
  if (first >= 0x80 || (isPadded && second < 0x80)) throw new PkiError('PKI_ECDSA_SIGNATURE');
  const digits = isPadded ? content.subarray(1) : content;
  if (digits.length > field.length) throw new PkiError('PKI_ECDSA_SIGNATURE');
  field.set(digits, field.length - digits.length);
}

function encodeInteger(field: Uint8Array): Buffer {
  const firstDigit = field.findIndex((byte) => byte !== 0);
  const digits = field.subarray(firstDigit === -1 ? field.length - 1 : firstDigit);
  const padding = digits[0]! >= 0x80 ? [Uint8Array.of(0)] : [];
  return element(TAG.integer, ...padding, digits);
}
