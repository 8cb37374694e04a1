import { randomBytes } from 'node:crypto';
import { PkiError } from '../errors.ts';
import type { JsonObject } from '../json/strict-json.ts';
import { parseWorkloadId, type SpiffeId } from '../spiffe-id.ts';
import type { TrustDomain } from '../trust-domain.ts';
import { parseAudience } from './audience.ts';
import type { JwtAuthority } from './jwt-authority.ts';
import { parseCompactJws, signJws, verifyJws, type CompactJws, type JwsSigner } from './jws.ts';
import { parseJwtClaims, type JwtClaims } from './jwt-claims.ts';

const TYPE = 'JWT';
/** JWT-SVID §2.3; absent is fine too. */
const ACCEPTED_TYPES: readonly (string | undefined)[] = [undefined, TYPE, 'JOSE'];
/** The clock difference that the other SPIFFE implementations forgive. */
const LEEWAY_SECONDS = 60;
const JWT_ID_BYTES = 16;

/** What a JWT-SVID is to say. */
export interface JwtSvidRequest {
  /** Names a workload: has a path. */
  readonly spiffeId: SpiffeId;
  readonly audience: readonly string[];
  readonly issuedAt: Date;
  /** Never after the signing key leaves the bundle: the caller caps it (JWT-SVID §3.3). */
  readonly expiresAt: Date;
  /** `jti`, see newJwtId. */
  readonly jti?: string | undefined;
  /** `iss`, for those who read the token as OpenID Connect. */
  readonly issuer?: string | undefined;
}

/**
 * A JWT-SVID (JWT-SVID §2–3): header alg, kid and typ, claims sub, aud as an array, exp and iat in whole seconds, iss
 * and jti when given.
 * @throws PkiError PKI_JWT_AUDIENCE_*, PKI_JWT_LIFETIME, PKI_SPIFFE_ID_PATH_MISSING, PKI_JWS_*
 */
export async function signJwtSvid(request: JwtSvidRequest, by: JwsSigner): Promise<string> {
  const { spiffeId, issuer, jti } = request;
  if (spiffeId.path === '') throw new PkiError('PKI_SPIFFE_ID_PATH_MISSING');
  const iat = wholeSeconds(request.issuedAt);
  const exp = wholeSeconds(request.expiresAt);
  if (!(exp > iat)) throw new PkiError('PKI_JWT_LIFETIME'); // also when one is no date
  // JSON.stringify leaves out what is undefined.
  const claims = {
    sub: spiffeId.toString(),
    aud: parseAudience(request.audience),
    exp,
    iat,
    iss: issuer,
    jti,
  };
  return signJws(claims, TYPE, by);
}

/** A fresh `jti`: 16 random bytes in unpadded base64url. */
export function newJwtId(): string {
  return randomBytes(JWT_ID_BYTES).toString('base64url');
}

/** What a JWT-SVID is judged against. */
export interface JwtSvidChecks {
  /** The name of the one who checks, which the token must be meant for. */
  readonly audience: string;
  /** The JWT authorities of a trust domain; undefined if its bundle is not known. BundleSet has this function. */
  readonly authorities: (trustDomain: TrustDomain) => readonly JwtAuthority[] | undefined;
  readonly now: Date;
  /** By how much the issuer's clock and ours may differ. 60 if left out. */
  readonly leewaySeconds?: number;
}

/** A JWT-SVID that was proven. */
export interface JwtSvid {
  readonly spiffeId: SpiffeId;
  /** Everyone the token is meant for, the checker among them. */
  readonly audience: readonly string[];
  readonly issuedAt: Date | undefined;
  readonly expiresAt: Date;
  readonly keyId: string;
  /** All claims, the registered ones among them. */
  readonly claims: JsonObject;
}

/**
 * Proves a JWT-SVID (JWT-SVID §4 and appendix A): signed with a JWT authority of its subject's own trust domain, found
 * by exact kid, meant for this audience, and valid at `now`. The codes are for logs; tell the token's bearer one text
 * for all of them.
 * @throws PkiError PKI_JWS_*, PKI_JSON_*, PKI_JWT_*
 */
export async function verifyJwtSvid(token: string, checks: JwtSvidChecks): Promise<JwtSvid> {
  const jws = parseCompactJws(token);
  if (!ACCEPTED_TYPES.includes(jws.header.type)) throw new PkiError('PKI_JWS_TYPE');
  const claims = parseJwtClaims(jws.payload);
  const spiffeId = parseSubject(claims);
  await verifySignature(jws, checks.authorities(spiffeId.trustDomain));
  checkAudience(claims, checks.audience);
  checkTime(claims, checks);
  return {
    spiffeId,
    audience: claims.audience,
    issuedAt: claims.issuedAt === undefined ? undefined : new Date(claims.issuedAt * 1000),
    expiresAt: new Date(claims.expiresAt * 1000),
    keyId: jws.header.keyId,
    claims: claims.all,
  };
}

function parseSubject({ subject }: JwtClaims): SpiffeId {
  try {
    return parseWorkloadId(subject);
  } catch (cause) {
    throw new PkiError('PKI_JWT_SUBJECT', { cause });
  }
}

async function verifySignature(
  jws: CompactJws,
  authorities: readonly JwtAuthority[] | undefined,
): Promise<void> {
  if (authorities === undefined) throw new PkiError('PKI_JWT_TRUST_DOMAIN_UNKNOWN');
  const { algorithm, keyId } = jws.header;
  const [authority, ...others] = authorities.filter((candidate) => candidate.keyId === keyId);
  if (authority === undefined) throw new PkiError('PKI_JWT_AUTHORITY_UNKNOWN');
  if (others.length > 0) throw new PkiError('PKI_JWT_AUTHORITY_AMBIGUOUS');
  if (authority.algorithm !== undefined && authority.algorithm !== algorithm.name) {
    throw new PkiError('PKI_JWS_KEY_MISMATCH');
  }
  await verifyJws(jws, authority.publicKey);
}

function checkAudience({ audience }: JwtClaims, own: string): void {
  if (!audience.includes(own)) throw new PkiError('PKI_JWT_AUDIENCE_UNEXPECTED');
}

/** Each comparison is written so that NaN, from a broken clock or leeway, refuses. */
function checkTime(
  claims: JwtClaims,
  { now, leewaySeconds = LEEWAY_SECONDS }: JwtSvidChecks,
): void {
  const seconds = now.getTime() / 1000;
  const { expiresAt, notBefore = -Infinity, issuedAt = -Infinity } = claims;
  if (!(seconds < expiresAt + leewaySeconds)) throw new PkiError('PKI_JWT_EXPIRED');
  if (!(seconds >= notBefore - leewaySeconds)) throw new PkiError('PKI_JWT_NOT_YET_VALID');
  if (!(seconds >= issuedAt - leewaySeconds)) throw new PkiError('PKI_JWT_NOT_YET_VALID');
}

function wholeSeconds(date: Date): number {
  return Math.floor(date.getTime() / 1000);
}
