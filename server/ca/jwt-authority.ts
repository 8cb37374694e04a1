import { randomInt } from 'node:crypto';
import { JwtAuthority as PublicJwtAuthority } from '@vouchsafe/pki/jwt/jwt-authority';
import type { Authority, AuthorityKind, NewAuthority } from './authority.ts';

export type JwtAuthority = Authority;

const KEY_ID_LENGTH = 32;
const KEY_ID_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** Keys that JWT-SVIDs are signed with. */
export const jwtAuthorities: AuthorityKind<JwtAuthority> = {
  kind: 'jwt',
  keyNames: { A: 'JWT-Signer-A', B: 'JWT-Signer-B' },
  create: ({ signer, issuedAt, expiresAt }: NewAuthority) =>
    Promise.resolve({
      authorityId: newKeyId(),
      issuedAt,
      expiresAt,
      signer,
      publicPart: signer.publicKeyInfo,
    }),
  restore(stored, signer) {
    if (Buffer.compare(stored.publicPart, signer.publicKeyInfo) !== 0) return undefined;
    const { authorityId, issuedAt, expiresAt, publicPart } = stored;
    return { authorityId, issuedAt, expiresAt, signer, publicPart };
  },
  publish: (bundle, { authorityId, expiresAt, publicPart }) =>
    bundle.appendJwt(
      PublicJwtAuthority.of({ keyId: authorityId, publicKeyInfo: publicPart, expiresAt }),
    ),
};

function newKeyId(): string {
  const letters = Array.from({ length: KEY_ID_LENGTH }, () => randomInt(KEY_ID_ALPHABET.length));
  return letters.map((index) => KEY_ID_ALPHABET[index]).join('');
}
