import { constants, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { toHex } from '../der/values.ts';
import { oid, sequence } from '../der/writer.ts';
import type { KeyType } from '../keys/key-type.ts';

/** How a certificate or CSR is signed. */
export interface SignatureAlgorithm {
  /** AlgorithmIdentifier, DER. */
  readonly identifier: Uint8Array;
  readonly keyKind: 'ec' | 'rsa';
  readonly hash: 'sha256' | 'sha384' | 'sha512';
  readonly padding?: { readonly padding: number; readonly saltLength: number };
}

const NULL = Uint8Array.of(5, 0);
const RSA = '1.2.840.113549.1.1';
const ECDSA = '1.2.840.10045.4.3';
const SHA2 = '2.16.840.1.101.3.4.2';

const ecdsa = (hash: SignatureAlgorithm['hash'], arc: number): SignatureAlgorithm => ({
  identifier: sequence(oid(`${ECDSA}.${arc}`)),
  keyKind: 'ec',
  hash,
});

const rsa = (hash: SignatureAlgorithm['hash'], arc: number): SignatureAlgorithm => ({
  identifier: sequence(oid(`${RSA}.${arc}`), NULL),
  keyKind: 'rsa',
  hash,
});

/** RSASSA-PSS with the one set of parameters that anybody uses for each hash: MGF1 of it, the salt as long (RFC 4055 §3.1). */
function pss(
  hash: SignatureAlgorithm['hash'],
  arc: number,
  saltLength: number,
): SignatureAlgorithm {
  const digest = sequence(oid(`${SHA2}.${arc}`), NULL);
  const field = (n: number, ...parts: readonly Uint8Array[]): Buffer => {
    const content = Buffer.concat(parts);
    return Buffer.concat([Buffer.of(0xa0 | n, content.length), content]);
  };
  const parameters = sequence(
    field(0, digest),
    field(1, sequence(oid(`${RSA}.8`), digest)),
    field(2, Buffer.of(2, 1, saltLength)),
  );
  return {
    identifier: sequence(oid(`${RSA}.10`), parameters),
    keyKind: 'rsa',
    hash,
    padding: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength },
  };
}

const ECDSA_SHA256 = ecdsa('sha256', 2);
const ECDSA_SHA384 = ecdsa('sha384', 3);
const RSA_SHA256 = rsa('sha256', 11);

/** All that are believed: neither MD5 nor SHA-1. */
const KNOWN: readonly SignatureAlgorithm[] = [
  ECDSA_SHA256,
  ECDSA_SHA384,
  ecdsa('sha512', 4),
  RSA_SHA256,
  rsa('sha384', 12),
  rsa('sha512', 13),
  pss('sha256', 1, 32),
  pss('sha384', 2, 48),
  pss('sha512', 3, 64),
];

const BY_IDENTIFIER = new Map(KNOWN.map((row) => [toHex(row.identifier), row]));

/** With which a Signer of this key type signs. */
export const ALGORITHM_OF_KEY_TYPE: Readonly<Record<KeyType, SignatureAlgorithm>> = {
  'ec-p256': ECDSA_SHA256,
  'ec-p384': ECDSA_SHA384,
  'rsa-2048': RSA_SHA256,
  'rsa-4096': RSA_SHA256,
};

/** By AlgorithmIdentifier, DER; undefined for one that is not believed. */
export const findSignatureAlgorithm = (identifier: Uint8Array): SignatureAlgorithm | undefined =>
  BY_IDENTIFIER.get(toHex(identifier));

/** Something signed, as certificates and CSRs carry it. */
export interface Signed {
  readonly signedBytes: Uint8Array;
  readonly algorithm: SignatureAlgorithm | undefined;
  readonly signature: Uint8Array;
}

/** Whether this key made the signature; false for an algorithm that is not believed or not the key's. */
export function isSignedWith(
  { signedBytes, algorithm, signature }: Signed,
  key: KeyObject,
): boolean {
  if (algorithm?.keyKind !== key.asymmetricKeyType || algorithm === undefined) return false;
  return verify(algorithm.hash, signedBytes, { key, ...algorithm.padding }, signature);
}

const verifyInThreadPool = promisify(verify);

/** The same, with the arithmetic in libuv's thread pool. */
export async function provesKey(
  { signedBytes, algorithm, signature }: Signed,
  key: KeyObject,
): Promise<boolean> {
  if (algorithm?.keyKind !== key.asymmetricKeyType || algorithm === undefined) return false;
  return verifyInThreadPool(algorithm.hash, signedBytes, { key, ...algorithm.padding }, signature);
}
