import { createPublicKey, type KeyObject } from 'node:crypto';
import { PkiError } from '../errors.ts';
import { isJwsKey, type JwsAlgorithmName } from './algorithms.ts';

/** What a JWT authority is made of. */
export interface JwtAuthorityFields {
  /** `kid`, not empty. */
  readonly keyId: string;
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKeyInfo: Uint8Array;
  readonly expiresAt?: Date | undefined;
  readonly tainted?: boolean;
  /** Set only if the bundle ties the key to one algorithm. */
  readonly algorithm?: JwsAlgorithmName | undefined;
}

/** A public key that JWT-SVIDs of a trust domain are verified with. */
export class JwtAuthority {
  /** `kid`; also the authority's ID where operators name it. */
  readonly keyId: string;
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKeyInfo: Uint8Array;
  /** When the key stops signing, if its trust domain said so. */
  readonly expiresAt: Date | undefined;
  /** About to be revoked: everything signed with it is to be replaced, and verifies until then. */
  readonly tainted: boolean;
  readonly algorithm: JwsAlgorithmName | undefined;
  #publicKey: KeyObject | undefined;

  private constructor(fields: JwtAuthorityFields) {
    this.keyId = fields.keyId;
    this.publicKeyInfo = fields.publicKeyInfo;
    this.expiresAt = fields.expiresAt;
    this.tainted = fields.tainted ?? false;
    this.algorithm = fields.algorithm;
  }

  /**
   * An authority of these fields; the key's bytes are not looked at before they are needed.
   * @throws PkiError PKI_JWS_KEY_ID
   */
  static of(fields: JwtAuthorityFields): JwtAuthority {
    if (fields.keyId === '') throw new PkiError('PKI_JWS_KEY_ID');
    return new JwtAuthority(fields);
  }

  /**
   * The key, imported on first use and kept: a bundle has more keys than tokens to check, and an import costs as much
   * as half a signature check.
   * @throws PkiError PKI_JWT_AUTHORITY_KEY if the bytes are no key that JWT-SVIDs may be signed with
   */
  get publicKey(): KeyObject {
    this.#publicKey ??= importPublicKey(this.publicKeyInfo);
    return this.#publicKey;
  }

  /** Whether publicKey is a key, and of a kind that JWT-SVIDs may be signed with. */
  get isUsable(): boolean {
    try {
      return this.publicKey.type === 'public';
    } catch {
      return false; // nothing verifies with it, here or elsewhere
    }
  }

  /** The same key under the same ID, whatever is said of its life. */
  hasSameKey(other: JwtAuthority): boolean {
    return (
      this.keyId === other.keyId && Buffer.compare(this.publicKeyInfo, other.publicKeyInfo) === 0
    );
  }

  /** The same key under the same ID, of the same life. */
  equals(other: JwtAuthority): boolean {
    return (
      this.hasSameKey(other) &&
      this.expiresAt?.getTime() === other.expiresAt?.getTime() &&
      this.tainted === other.tainted &&
      this.algorithm === other.algorithm
    );
  }
}

function importPublicKey(publicKeyInfo: Uint8Array): KeyObject {
  let key;
  try {
    key = createPublicKey({ key: Buffer.from(publicKeyInfo), format: 'der', type: 'spki' });
  } catch (cause) {
    throw new PkiError('PKI_JWT_AUTHORITY_KEY', { cause });
  }
  if (!isJwsKey(key)) throw new PkiError('PKI_JWT_AUTHORITY_KEY');
  return key;
}
