import type { JwtAuthority } from '../jwt/jwt-authority.ts';
import { encodeJwk } from './jwk.ts';
import type { TrustBundle } from './trust-bundle.ts';

/** How SPIRE prints JSON documents of keys; some compare their text. */
export const JWKS_INDENT = '    ';

/** A JWK of a set with what the set says about its use. */
export type JwksEntry = Readonly<Record<string, string | readonly string[]>>;

/**
 * The JWT authorities of a trust bundle as the Workload API sends them: a JWK Set (RFC 7517 §5) in UTF-8, sorted by
 * key ID, so that equal authorities give equal bytes. Keys have `kid` and no `use`: JOSE libraries know no
 * `jwt-svid` (Workload API §6.2.2 asks for a standard set). What jwtEntries leaves out is not in it.
 */
export function encodeJwks(bundle: TrustBundle): Uint8Array {
  return Buffer.from(JSON.stringify({ keys: jwtEntries(bundle) }, null, JWKS_INDENT));
}

/**
 * The JWT authorities as JWKs, sorted by key ID, each with `use` in front if one is given. Left out are keys that
 * JWT-SVIDs cannot be signed with, since many readers refuse a set for one key they do not know, and all keys that
 * share their ID, since many readers take the last.
 */
export function jwtEntries({ jwtAuthorities }: TrustBundle, use?: string): readonly JwksEntry[] {
  const usable = jwtAuthorities.filter(
    (authority) => authority.isUsable && !sharesKeyId(authority, jwtAuthorities),
  );
  return usable.sort(byKeyId).flatMap(({ keyId, publicKey }) => {
    const jwk = encodeJwk(publicKey);
    if (jwk === undefined) return [];
    const { kty = '', ...members } = jwk;
    return [{ ...(use === undefined ? {} : { use }), kty, kid: keyId, ...members }];
  });
}

function sharesKeyId(own: JwtAuthority, all: readonly JwtAuthority[]): boolean {
  return all.some((other) => other !== own && other.keyId === own.keyId);
}

/** By UTF-16 code units, so that the order does not depend on where it is made. */
function byKeyId(a: JwtAuthority, b: JwtAuthority): number {
  if (a.keyId === b.keyId) return 0;
  return a.keyId < b.keyId ? -1 : 1;
}
