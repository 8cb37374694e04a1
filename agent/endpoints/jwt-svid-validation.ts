import { PkiError } from '@vouchsafe/pki/errors';
import type { PkiErrorCode } from '@vouchsafe/pki/errors';
import type { JsonValue, JsonObject } from '@vouchsafe/pki/json/strict-json';
import type { JwtAuthority } from '@vouchsafe/pki/jwt/jwt-authority';
import { verifyJwtSvid } from '@vouchsafe/pki/jwt/jwt-svid';
import type { JwtSvid } from '@vouchsafe/pki/jwt/jwt-svid';
import type { TrustDomain } from '@vouchsafe/pki/trust-domain';
import { encodeStruct } from '@vouchsafe/proto/struct';
import type { JsonObject as PlainObject, JsonValue as PlainValue } from '@vouchsafe/proto/struct';
import type { Log } from '../../runtime/log.ts';
import { invalidArgument } from '../../runtime/rpc/status.ts';

/** What a caller may know of why its token is refused: what it can read in the token itself. */
const REASONS: Readonly<Partial<Record<PkiErrorCode, string>>> = {
  PKI_JWT_EXPIRED: 'token has expired',
  PKI_JWT_NOT_YET_VALID: 'token is not valid yet',
  PKI_JWT_AUDIENCE_UNEXPECTED: 'token is meant for another audience',
  PKI_JWT_TRUST_DOMAIN_UNKNOWN: 'no trust bundle is known for the trust domain of the token',
};
/** For everything else there is one text, which tells an attacker nothing about how far a forgery got. */
const INVALID = 'token is not a valid JWT-SVID';

const SPIFFE_CLAIMS: readonly string[] = ['sub', 'aud', 'exp'];

export interface ValidationChecks {
  readonly audience: string;
  readonly authorities: (trustDomain: TrustDomain) => readonly JwtAuthority[] | undefined;
  readonly ownTrustDomain: TrustDomain;
  /** Claims of foreign tokens to pass on beside those that SPIFFE defines. */
  readonly allowedForeignClaims: readonly string[];
  readonly now: Date;
  readonly log: Log;
}

/** Verifies a token on the caller's behalf. @throws RpcError INVALID_ARGUMENT */
export async function validateJwtSvid(token: string, checks: ValidationChecks) {
  const svid = await verify(token, checks);
  return {
    spiffe_id: svid.spiffeId.toString(),
    claims: encodeStruct(claimsFor(svid, checks)),
  };
}

async function verify(token: string, checks: ValidationChecks): Promise<JwtSvid> {
  try {
    return await verifyJwtSvid(token, checks);
  } catch (error) {
    if (!(error instanceof PkiError)) throw error;
    checks.log.debug('Refused a JWT-SVID', { code: error.code });
    throw invalidArgument(REASONS[error.code] ?? INVALID);
  }
}

/** What another trust domain says beyond SPIFFE means nothing here, unless somebody decided that it does. */
function claimsFor(svid: JwtSvid, checks: ValidationChecks): PlainObject {
  const { ownTrustDomain, allowedForeignClaims } = checks;
  const isOwn = svid.spiffeId.memberOf(ownTrustDomain);
  const allowed = new Set([...SPIFFE_CLAIMS, ...allowedForeignClaims]);
  const claims = Object.entries(svid.claims).filter(([name]) => isOwn || allowed.has(name));
  const plain = claims.map(([name, value]) => [name, toPlain(value ?? null)] as const);
  return { ...Object.fromEntries(plain), aud: [...svid.audience] };
}

/** A Struct has doubles only. */
function toPlain(value: JsonValue): PlainValue {
  if (typeof value === 'bigint') return Number(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map(toPlain);
  const members = Object.entries(value as JsonObject);
  return Object.fromEntries(members.map(([name, member]) => [name, toPlain(member ?? null)]));
}
