import { constants, type KeyObject } from 'node:crypto';
import type { KeyType } from '../keys/key-type.ts';

/** One signature algorithm of RFC 7518 §3.1 and all that follows from its name. */
export interface JwsAlgorithm {
  readonly name: string;
  /** What KeyObject calls the kind of key. */
  readonly keyType: 'ec' | 'rsa';
  readonly hash: 'sha256' | 'sha384' | 'sha512';
  /** ECDSA: the one curve, as OpenSSL names it, and the size of r‖s. */
  readonly curve?: string;
  readonly signatureBytes?: number;
  /** RSA: the padding, as node:crypto takes it. */
  readonly padding?: { readonly padding: number; readonly saltLength?: number };
}

const PKCS1 = { padding: constants.RSA_PKCS1_PADDING };
/** RFC 7518 §3.5: the salt is as long as the hash, which OpenSSL is told by a constant. */
const PSS = {
  padding: constants.RSA_PKCS1_PSS_PADDING,
  saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
};

/** RFC 7518 §3.3 asks for 2048 bits or more; the upper bound keeps a foreign bundle from making checks costly. */
const RSA_BITS = { min: 2048, max: 8192 };
/** With an exponent of 1 anybody can sign; a long one makes checks as costly as signing. */
const RSA_EXPONENT = { min: 3n, max: 2n ** 31n - 1n };

const ROWS = [
  { name: 'RS256', keyType: 'rsa', hash: 'sha256', padding: PKCS1 },
  { name: 'RS384', keyType: 'rsa', hash: 'sha384', padding: PKCS1 },
  { name: 'RS512', keyType: 'rsa', hash: 'sha512', padding: PKCS1 },
  { name: 'PS256', keyType: 'rsa', hash: 'sha256', padding: PSS },
  { name: 'PS384', keyType: 'rsa', hash: 'sha384', padding: PSS },
  { name: 'PS512', keyType: 'rsa', hash: 'sha512', padding: PSS },
  { name: 'ES256', keyType: 'ec', hash: 'sha256', curve: 'prime256v1', signatureBytes: 64 },
  { name: 'ES384', keyType: 'ec', hash: 'sha384', curve: 'secp384r1', signatureBytes: 96 },
  { name: 'ES512', keyType: 'ec', hash: 'sha512', curve: 'secp521r1', signatureBytes: 132 },
] as const satisfies readonly JwsAlgorithm[];

/** The algorithms that a JWT-SVID may be signed with (JWT-SVID §2.1). */
export type JwsAlgorithmName = (typeof ROWS)[number]['name'];

type NamedAlgorithm = JwsAlgorithm & { readonly name: JwsAlgorithmName };

const BY_NAME: ReadonlyMap<unknown, NamedAlgorithm> = new Map(ROWS.map((row) => [row.name, row]));

/** The algorithm a header names; undefined for all that JWT-SVID §2.1 leaves out, and for what is no text. */
export function findJwsAlgorithm(name: unknown): NamedAlgorithm | undefined {
  return BY_NAME.get(name);
}

/** The algorithm with which a Signer of this key type signs: its hash follows the key, its RSA is PKCS#1 v1.5. */
export const ALGORITHM_OF_KEY_TYPE: Readonly<Record<KeyType, JwsAlgorithmName>> = {
  'ec-p256': 'ES256',
  'ec-p384': 'ES384',
  'rsa-2048': 'RS256',
  'rsa-4096': 'RS256',
};

/** Whether the key is of the algorithm's kind, curve and size, so that no header chooses how a key is used. */
export function fitsKey(algorithm: JwsAlgorithm, key: KeyObject): boolean {
  if (key.asymmetricKeyType !== algorithm.keyType) return false;
  const details = key.asymmetricKeyDetails ?? {};
  if (algorithm.keyType === 'ec') return details.namedCurve === algorithm.curve;
  const { modulusLength = 0, publicExponent = 0n } = details;
  return isWithin(modulusLength, RSA_BITS) && isWithin(publicExponent, RSA_EXPONENT);
}

function isWithin<T extends number | bigint>(value: T, bounds: { min: T; max: T }): boolean {
  return value >= bounds.min && value <= bounds.max;
}

/** Whether any algorithm of the table can use the key. */
export function isJwsKey(key: KeyObject): boolean {
  return ROWS.some((row) => fitsKey(row, key));
}
