import { PkiError } from '../errors.ts';
import { isJsonArray, parseJsonObject, type JsonObject } from '../json/strict-json.ts';
import { MAX_JWS_PART_LENGTH } from './jws.ts';

const LIMITS = { maxBytes: MAX_JWS_PART_LENGTH, maxDepth: 32 };
/** The last second that a Date can hold. */
const MAX_SECONDS = 8.64e12;

/** The registered claims (RFC 7519 §4.1) that a JWT-SVID is judged by, each of its type. Times are seconds. */
export interface JwtClaims {
  readonly subject: string;
  /** At least one, none empty. */
  readonly audience: readonly string[];
  readonly expiresAt: number;
  readonly notBefore: number | undefined;
  readonly issuedAt: number | undefined;
  /** Every claim, as it was written. */
  readonly all: JsonObject;
}

/**
 * Reads a JWT's payload; sub, aud and exp must be there.
 * @throws PkiError PKI_JWT_CLAIM, PKI_JWT_AUDIENCE_MISSING, PKI_JWT_AUDIENCE_INVALID, PKI_JSON_*
 */
export function parseJwtClaims(payload: Uint8Array): JwtClaims {
  const all = parseJsonObject(payload, LIMITS);
  const { sub } = all;
  if (typeof sub !== 'string') throw new PkiError('PKI_JWT_CLAIM', { detail: 'sub' });
  const expiresAt = readNumericDate(all, 'exp');
  if (expiresAt === undefined) throw new PkiError('PKI_JWT_CLAIM', { detail: 'exp' });
  return {
    subject: sub,
    audience: readAudience(all),
    expiresAt,
    notBefore: readNumericDate(all, 'nbf'),
    issuedAt: readNumericDate(all, 'iat'),
    all,
  };
}

/** One text or an array of them (RFC 7519 §4.1.3). */
function readAudience({ aud }: JsonObject): readonly string[] {
  const values = isJsonArray(aud) ? aud : [aud];
  if (aud === undefined || values.length === 0) throw new PkiError('PKI_JWT_AUDIENCE_MISSING');
  const audience = values.filter((value) => typeof value === 'string' && value !== '');
  if (audience.length !== values.length) throw new PkiError('PKI_JWT_AUDIENCE_INVALID');
  return audience as string[];
}

/** Seconds, with a fraction if the issuer likes (RFC 7519 §2); before 1970 is no time for a token. */
function readNumericDate(claims: JsonObject, name: string): number | undefined {
  const value = claims[name];
  if (value === undefined) return undefined;
  if (typeof value !== 'number' || value < 0 || value > MAX_SECONDS) {
    throw new PkiError('PKI_JWT_CLAIM', { detail: name });
  }
  return value;
}
