import { createPublicKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { DerReader, TAG } from '../der/reader.ts';
import { toHex } from '../der/values.ts';
import { oid, sequence } from '../der/writer.ts';
import { PkiError } from '../errors.ts';
import type { KeyType } from './key-type.ts';

const CURVES: Readonly<Record<string, KeyType>> = { prime256v1: 'ec-p256', secp384r1: 'ec-p384' };

/** AlgorithmIdentifier of keys on a named curve (RFC 5480 §2.1.1), in hex. */
const onCurve = (arcs: string): string => toHex(sequence(oid('1.2.840.10045.2.1'), oid(arcs)));
const CERTIFIED_CURVES = new Set([onCurve('1.2.840.10045.3.1.7'), onCurve('1.3.132.0.34')]);
const BELIEVED_CURVES = new Set([...CERTIFIED_CURVES, onCurve('1.3.132.0.35')]);
/** Shorter is weak (NIST SP 800-57); longer only makes every check slow. */
const RSA_BITS = { min: 2048, max: 8192 };
/** An RSA exponent larger than this, or even, is no honest key and a costly one. */
const MAX_EXPONENT = 2n ** 32n;

/**
 * The public key of a SubjectPublicKeyInfo, DER, if it is one that may be certified: P-256, P-384, or RSA of 2048 to
 * 8192 bits.
 * @throws PkiError PKI_KEY_MALFORMED, PKI_KEY_UNSUPPORTED, PKI_KEY_WEAK
 */
export function importPublicKey(publicKeyInfo: Uint8Array): KeyObject {
  return importAmong(publicKeyInfo, CERTIFIED_CURVES);
}

/**
 * The same, for a key that others' certificates are verified with: P-521 is believed there too.
 * @throws PkiError PKI_KEY_MALFORMED, PKI_KEY_UNSUPPORTED, PKI_KEY_WEAK
 */
export function importVerificationKey(publicKeyInfo: Uint8Array): KeyObject {
  return importAmong(publicKeyInfo, BELIEVED_CURVES);
}

function importAmong(publicKeyInfo: Uint8Array, curves: ReadonlySet<string>): KeyObject {
  let key: KeyObject;
  try {
    const { buffer, byteOffset, length } = publicKeyInfo;
    const der = Buffer.from(buffer, byteOffset, length);
    key = createPublicKey({ key: der, format: 'der', type: 'spki' });
  } catch (cause) {
    throw new PkiError('PKI_KEY_MALFORMED', { cause });
  }
  if (key.asymmetricKeyType === 'rsa') checkRsa(key);
  else if (!curves.has(algorithmOf(publicKeyInfo))) {
    throw new PkiError('PKI_KEY_UNSUPPORTED');
  }
  return key;
}

/** Read from the bytes: a key's details cost several times as much. */
function algorithmOf(publicKeyInfo: Uint8Array): string {
  const reader = new DerReader(DerReader.only(publicKeyInfo, TAG.sequence).content);
  return toHex(reader.read(TAG.sequence).raw);
}

function checkRsa(key: KeyObject): void {
  const { modulusLength = 0, publicExponent = 0n } = key.asymmetricKeyDetails ?? {};
  if (modulusLength < RSA_BITS.min) {
    throw new PkiError('PKI_KEY_WEAK', { detail: `RSA of ${modulusLength} bits` });
  }
  if (modulusLength > RSA_BITS.max) throw new PkiError('PKI_KEY_UNSUPPORTED');
  if (publicExponent < 3n || publicExponent > MAX_EXPONENT || publicExponent % 2n === 0n) {
    throw new PkiError('PKI_KEY_WEAK', { detail: 'RSA exponent' });
  }
}

/** The key type that a key of ours has; undefined for all others. */
export function keyTypeOf(key: KeyObject): KeyType | undefined {
  const { namedCurve = '', modulusLength } = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType === 'ec') return CURVES[namedCurve];
  if (key.asymmetricKeyType !== 'rsa') return undefined;
  if (modulusLength === 2048) return 'rsa-2048';
  return modulusLength === 4096 ? 'rsa-4096' : undefined;
}
