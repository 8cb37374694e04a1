import { PkiError } from './errors.ts';
import type { SpiffeId } from './spiffe-id.ts';
import type { TrustDomain } from './trust-domain.ts';

/** Says whether a peer with this SPIFFE ID is the one that was meant. */
export type SpiffeIdMatcher = (id: SpiffeId) => boolean;

/** Matches every SPIFFE ID whose SVID verified: authentication without authorization. */
export function matchAny(): SpiffeIdMatcher {
  return () => true;
}

/** Matches one SPIFFE ID exactly. */
export function matchId(expected: SpiffeId): SpiffeIdMatcher {
  return (id) => id.equals(expected);
}

/** Matches any SPIFFE ID of the list; an empty list matches none. */
export function matchOneOf(expected: Iterable<SpiffeId>): SpiffeIdMatcher {
  const texts = new Set(Array.from(expected, String));
  return (id) => texts.has(id.toString());
}

/** Matches every SPIFFE ID of a trust domain. */
export function matchMemberOf(trustDomain: TrustDomain): SpiffeIdMatcher {
  return (id) => id.memberOf(trustDomain);
}

/**
 * Refuses a SPIFFE ID that the matcher does not accept. Only `true` accepts: a matcher that an untyped caller wrote as
 * an async function returns a promise, and that must not open the door.
 * @throws PkiError PKI_SPIFFE_ID_UNEXPECTED
 */
export function checkSpiffeId(id: SpiffeId, matcher: SpiffeIdMatcher): void {
  const verdict: unknown = matcher(id);
  if (verdict !== true) throw new PkiError('PKI_SPIFFE_ID_UNEXPECTED', { detail: id.toString() });
}
