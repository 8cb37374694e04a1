import { PkiError } from '../errors.ts';

/** More than one is rare and unwise (JWT-SVID §3.2); rust-spiffe refuses tokens with more than this. */
const MAX_AUDIENCES = 32;
/** Long enough for the longest SPIFFE ID. */
const MAX_AUDIENCE_BYTES = 2048;
const CONTROL = /\p{Control}/u;

/**
 * The audiences that a caller asks a token for, in its order, empty ones dropped: at least one, each short and
 * printable.
 * @throws PkiError PKI_JWT_AUDIENCE_MISSING, PKI_JWT_AUDIENCE_INVALID, PKI_JWT_AUDIENCE_LIMIT
 */
export function parseAudience(requested: readonly string[]): readonly string[] {
  if (requested.length > MAX_AUDIENCES) throw new PkiError('PKI_JWT_AUDIENCE_LIMIT');
  const audience = requested.filter((value) => value !== '');
  if (audience.length === 0) throw new PkiError('PKI_JWT_AUDIENCE_MISSING');
  for (const value of audience) {
    if (Buffer.byteLength(value) > MAX_AUDIENCE_BYTES) throw new PkiError('PKI_JWT_AUDIENCE_LIMIT');
    if (CONTROL.test(value)) throw new PkiError('PKI_JWT_AUDIENCE_INVALID');
  }
  return audience;
}
