import type { TrustBundle } from '@vouchsafe/pki/bundle/trust-bundle';
import type { Signer } from '@vouchsafe/pki/keys/signer';
import type { TrustDomain } from '@vouchsafe/pki/trust-domain';
import type { StoredAuthority } from '../datastore/datastore.ts';

export type AuthorityKindName = StoredAuthority['kind'];
export type SlotName = StoredAuthority['slot'];

/** A key of this server that the trust domain believes, with the time it may sign in. */
export interface Authority {
  /** X.509: lower-case hex of the subject key ID. JWT: the `kid`. */
  readonly authorityId: string;
  readonly issuedAt: Date;
  readonly expiresAt: Date;
  readonly signer: Signer;
  /** What the world sees of it: certificate (X.509) or SubjectPublicKeyInfo (JWT), DER. */
  readonly publicPart: Uint8Array;
}

export interface NewAuthority {
  readonly trustDomain: TrustDomain;
  readonly signer: Signer;
  readonly issuedAt: Date;
  readonly expiresAt: Date;
}

/** All in which an X.509 authority and a JWT authority differ, for code that serves both. */
export interface AuthorityKind<A extends Authority> {
  readonly kind: AuthorityKindName;
  /** In the key manager, by slot. */
  readonly keyNames: Readonly<Record<SlotName, string>>;
  create(init: NewAuthority): Promise<A>;
  /** The stored authority with its key; undefined when the key is not the one it was made with. */
  restore(stored: StoredAuthority, signer: Signer): A | undefined;
  publish(bundle: TrustBundle, authority: A): TrustBundle;
}
