import type { KeyType } from './key-type.ts';

/**
 * What a private key can do, wherever it lives. The hash follows the key type: SHA-256, for P-384 SHA-384.
 */
export interface Signer {
  readonly keyType: KeyType;
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKeyInfo: Uint8Array;
  /** The signature as X.509 carries it: ECDSA as a DER SEQUENCE of r and s, RSA as PKCS#1 v1.5. */
  sign(data: Uint8Array): Promise<Uint8Array>;
}
