import type { KeyObject } from 'node:crypto';
import { PkiError } from '../errors.ts';
import { parseBase64 } from '../json/base64.ts';
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../json/strict-json.ts';
import { findJwsAlgorithm, fitsKey, type JwsAlgorithmName } from '../jwt/algorithms.ts';
import { JwtAuthority } from '../jwt/jwt-authority.ts';
import { parseCertificate, type Certificate } from '../x509/certificate.ts';
import { parseJwk } from './jwk.ts';
import type { X509Authority } from './trust-bundle.ts';

/** The values of `use` that the specifications define; they are case-sensitive (Trust Domain and Bundle §4.2.2). */
export const JWK_USES = { x509: 'x509-svid', jwt: 'jwt-svid', wit: 'wit-svid' } as const;

/** What one JWK of a SPIFFE bundle adds to the trust bundle. */
export type BundleJwk =
  | { readonly kind: 'x509'; readonly authority: X509Authority }
  | { readonly kind: 'jwt'; readonly authority: JwtAuthority };

const PARSERS = new Map<unknown, (json: JsonObject) => BundleJwk>([
  [JWK_USES.x509, parseX509Authority],
  [JWK_USES.jwt, parseJwtAuthority],
]);

/**
 * Reads one element of a SPIFFE bundle's `keys` (Trust Domain and Bundle §4.2, X509-SVID §6.2, JWT-SVID §6.2). What is
 * refused is to be left out of the bundle, and the rest of it used.
 * @throws PkiError PKI_JWK_*, PKI_JWS_KEY_ID, PKI_JWS_ALGORITHM, PKI_JWS_KEY_MISMATCH, PKI_JWT_AUTHORITY_KEY
 */
export function parseBundleJwk(value: JsonValue): BundleJwk {
  if (!isJsonObject(value)) throw new PkiError('PKI_JWK_NOT_OBJECT');
  const parse = PARSERS.get(value['use']);
  if (parse === undefined) throw new PkiError('PKI_JWK_USE');
  return parse(value);
}

/** Only the first certificate of x5c is meant; an ID that X.509 authorities should not have is passed over. */
function parseX509Authority(json: JsonObject): BundleJwk {
  const key = parseJwk(json);
  const certificate = readCertificate(json);
  if (!certificate.isCa) throw new PkiError('PKI_JWK_CERTIFICATE', { detail: 'not an authority' });
  if (!isKeyOf(certificate, key)) throw new PkiError('PKI_JWK_CERTIFICATE_KEY');
  return { kind: 'x509', authority: { certificate, tainted: false } };
}

function readCertificate({ x5c }: JsonObject): Certificate {
  const first = isJsonArray(x5c) ? x5c[0] : undefined;
  const der = typeof first === 'string' ? parseBase64(first, 'base64') : undefined;
  if (der === undefined) throw new PkiError('PKI_JWK_CERTIFICATE');
  try {
    return parseCertificate(der);
  } catch (cause) {
    throw new PkiError('PKI_JWK_CERTIFICATE', { cause });
  }
}

function isKeyOf(certificate: Certificate, key: KeyObject): boolean {
  try {
    return certificate.publicKey.equals(key);
  } catch (cause) {
    throw new PkiError('PKI_JWK_CERTIFICATE', { cause }); // its key is of a kind that is not taken
  }
}

function parseJwtAuthority(json: JsonObject): BundleJwk {
  const { kid } = json;
  if (typeof kid !== 'string' || kid === '') throw new PkiError('PKI_JWS_KEY_ID');
  const key = parseJwk(json);
  const authority = JwtAuthority.of({
    keyId: kid,
    publicKeyInfo: key.export({ format: 'der', type: 'spki' }),
    algorithm: readAlgorithm(json, key),
  });
  if (!authority.isUsable) throw new PkiError('PKI_JWT_AUTHORITY_KEY');
  return { kind: 'jwt', authority };
}

/** `alg` is optional (RFC 7517 §4.4); what it says then binds the key. */
function readAlgorithm({ alg }: JsonObject, key: KeyObject): JwsAlgorithmName | undefined {
  if (alg === undefined) return undefined;
  const algorithm = findJwsAlgorithm(alg);
  if (algorithm === undefined) throw new PkiError('PKI_JWS_ALGORITHM');
  if (!fitsKey(algorithm, key)) throw new PkiError('PKI_JWS_KEY_MISMATCH');
  return algorithm.name;
}
