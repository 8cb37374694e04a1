import { PkiError } from '../errors.ts';
import {
  isJsonArray,
  isJsonObject,
  parseJsonObject,
  type JsonArray,
  type JsonObject,
  type JsonValue,
} from '../json/strict-json.ts';
import type { TrustDomain } from '../trust-domain.ts';
import type { Certificate } from '../x509/certificate.ts';
import { JWK_USES, parseBundleJwk, type BundleJwk } from './bundle-jwk.ts';
import { encodeJwk, type Jwk } from './jwk.ts';
import { JWKS_INDENT, jwtEntries, type JwksEntry } from './jwks.ts';
import { TrustBundle } from './trust-bundle.ts';

const LIMITS = { maxBytes: 4 << 20, maxDepth: 32 };
/** A trust domain has a handful; each costs a certificate to read and a line in what workloads get. */
const MAX_KEYS = 1000;
const MAX_SEQUENCE_NUMBER = 2n ** 64n - 1n;
/** Where the publisher gives no hint (Trust Domain and Bundle asks for a low default), and what one may ask. */
const REFRESH_HINT_SECONDS = { default: 300, min: 10, max: 24 * 3600 };

/** A JWK of a document that the trust bundle goes without. */
export interface IgnoredJwk {
  /** Its place in `keys`, from 0. */
  readonly index: number;
  /** PKI_JWK_SECRET among its codes: then the publisher leaks a private key, and should be told. */
  readonly reason: PkiError;
}

/** All that a SPIFFE bundle document says. */
export interface SpiffeBundleDocument {
  readonly bundle: TrustBundle;
  readonly ignored: readonly IgnoredJwk[];
}

/**
 * Reads a SPIFFE bundle in JSON (Trust Domain and Bundle §4), of the trust domain it was asked of: the document does
 * not say whose it is. Unknown members are ignored. A JWK that cannot be used is left out, and so are all JWT
 * authorities that share a `kid`; a bundle may come out empty, and then trusts nothing. A `spiffe_sequence` that is no
 * unsigned 64-bit integer counts as absent, 0; the refresh hint is 300 if absent or senseless, else within 10 seconds
 * and a day.
 * @throws PkiError PKI_JSON_*, PKI_BUNDLE_KEYS, PKI_BUNDLE_LIMIT: keep the bundle that was known before
 */
export function parseSpiffeBundleDocument(
  document: Uint8Array,
  trustDomain: TrustDomain,
): SpiffeBundleDocument {
  const json = parseJsonObject(document, LIMITS);
  const { keys } = json;
  if (!isJsonArray(keys)) throw new PkiError('PKI_BUNDLE_KEYS');
  if (keys.length > MAX_KEYS) throw new PkiError('PKI_BUNDLE_LIMIT');
  const elements = refuseSharedKeyIds(keys.map(readElement), keys);
  const jwks = elements.flatMap(({ jwk }) => jwk ?? []);
  const bundle = TrustBundle.of({
    trustDomain,
    x509Authorities: jwks.flatMap(({ kind, authority }) => (kind === 'x509' ? authority : [])),
    jwtAuthorities: jwks.flatMap(({ kind, authority }) => (kind === 'jwt' ? authority : [])),
    sequenceNumber: readSequenceNumber(json),
    refreshHintSeconds: readRefreshHint(json),
  });
  const ignored = elements.flatMap(({ index, reason }) =>
    reason === undefined ? [] : { index, reason },
  );
  return { bundle, ignored };
}

/** The trust bundle of a document, as parseSpiffeBundleDocument reads it. @throws PkiError as there */
export function parseSpiffeBundleJson(document: Uint8Array, trustDomain: TrustDomain): TrustBundle {
  return parseSpiffeBundleDocument(document, trustDomain).bundle;
}

/**
 * A trust bundle as SPIFFE bundle in JSON, UTF-8, laid out as SPIRE prints it: X.509 authorities in their order, each
 * with its certificate in `x5c`, JWT authorities sorted by key ID; a sequence number or refresh hint of 0 is not
 * written. Equal bundles give equal bytes. Keys that JWKs cannot say are left out, and those that jwtEntries leaves.
 */
export function encodeSpiffeBundleJson(bundle: TrustBundle): Uint8Array {
  const { sequenceNumber, refreshHintSeconds } = bundle;
  const keys = [...x509Entries(bundle), ...jwtEntries(bundle, JWK_USES.jwt)];
  const members = [`"keys": ${indent(JSON.stringify(keys, null, JWKS_INDENT))}`];
  // Text, since JSON.stringify refuses bigints and doubles lose digits (Trust Domain and Bundle §4.1.1).
  if (sequenceNumber > 0n) members.push(`"spiffe_sequence": ${sequenceNumber}`);
  if (refreshHintSeconds > 0) members.push(`"spiffe_refresh_hint": ${refreshHintSeconds}`);
  return Buffer.from(`{\n${JWKS_INDENT}${members.join(`,\n${JWKS_INDENT}`)}\n}`);
}

function x509Entries({ x509Certificates }: TrustBundle): readonly JwksEntry[] {
  return x509Certificates.flatMap((certificate) => {
    const jwk = encodeCertificateKey(certificate);
    if (jwk === undefined) return [];
    const x5c = [Buffer.from(certificate.raw).toString('base64')];
    return [{ use: JWK_USES.x509, ...jwk, x5c }];
  });
}

function encodeCertificateKey(certificate: Certificate): Jwk | undefined {
  try {
    return encodeJwk(certificate.publicKey);
  } catch {
    return undefined; // its key is of a kind that verifies nothing here
  }
}

/** JSON strings hold no line ends, so these are all of the layout. */
function indent(json: string): string {
  return json.replaceAll('\n', `\n${JWKS_INDENT}`);
}

/** An element of `keys`, read or refused. */
type Element =
  | { readonly index: number; readonly jwk: BundleJwk; readonly reason?: undefined }
  | { readonly index: number; readonly jwk?: undefined; readonly reason: PkiError };

function readElement(value: JsonValue, index: number): Element {
  try {
    return { index, jwk: parseBundleJwk(value) };
  } catch (reason) {
    if (!(reason instanceof PkiError)) throw reason;
    return { index, reason };
  }
}

/**
 * Refuses JWT authorities whose ID another element has too, be it one that was refused itself or a WIT authority,
 * unless it is the same key over again.
 */
function refuseSharedKeyIds(elements: readonly Element[], keys: JsonArray): readonly Element[] {
  const keyIds = keys.map(readKeyId);
  const firsts = new Map<JsonValue | undefined, Element>();
  const shared = new Set<JsonValue | undefined>();
  for (const [index, keyId] of keyIds.entries()) {
    const element = elements[index]!;
    const first = firsts.get(keyId) ?? element;
    firsts.set(keyId, first);
    if (first !== element && !isSameJwtAuthority(first, element)) shared.add(keyId);
  }
  return elements.map((element, index) => {
    if (element.jwk?.kind !== 'jwt' || !shared.has(keyIds[index])) return element;
    return { index, reason: new PkiError('PKI_JWT_AUTHORITY_AMBIGUOUS') };
  });
}

function isSameJwtAuthority({ jwk: own }: Element, { jwk: other }: Element): boolean {
  if (own?.kind !== 'jwt' || other?.kind !== 'jwt') return false;
  return own.authority.hasSameKey(other.authority);
}

/** The ID of an element that is meant to sign tokens; X.509 authorities have none. */
function readKeyId(value: JsonValue | undefined): JsonValue | undefined {
  if (!isJsonObject(value)) return undefined;
  return value['use'] === JWK_USES.jwt || value['use'] === JWK_USES.wit ? value['kid'] : undefined;
}

function readSequenceNumber({ spiffe_sequence: value }: JsonObject): bigint {
  const isInteger = typeof value === 'bigint' || Number.isInteger(value);
  const number = isInteger ? BigInt(value as bigint | number) : 0n;
  return number >= 0n && number <= MAX_SEQUENCE_NUMBER ? number : 0n;
}

function readRefreshHint({ spiffe_refresh_hint: value }: JsonObject): number {
  const seconds = typeof value === 'bigint' ? Number(value) : value;
  const isHint = typeof seconds === 'number' && Number.isInteger(seconds) && seconds > 0;
  if (!isHint) return REFRESH_HINT_SECONDS.default;
  return Math.min(Math.max(seconds, REFRESH_HINT_SECONDS.min), REFRESH_HINT_SECONDS.max);
}
