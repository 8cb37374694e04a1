import { PkiError } from '../errors.ts';
import { DerReader, TAG, constructed, malformed, primitive } from '../der/reader.ts';
import { readBoolean, readInteger, readNamedBits, readOid, toHex } from '../der/values.ts';
import { OID } from './oids.ts';

const MAX_EXTENSIONS = 64;
/** Of all kinds together; each costs every verifier a comparison. */
const MAX_NAMES = 256;

/** An extension as it stands: what `value` holds depends on the OID. */
export interface Extension {
  readonly oid: string;
  readonly critical: boolean;
  readonly value: Uint8Array;
}

/** Bits of a key usage extension, as `readNamedBits` numbers them (RFC 5280 §4.2.1.3). */
export const KEY_USAGE = {
  digitalSignature: 1 << 0,
  keyEncipherment: 1 << 2,
  keyAgreement: 1 << 4,
  keyCertSign: 1 << 5,
  cRLSign: 1 << 6,
} as const;

/** GeneralName tags (RFC 5280 §4.2.1.6). */
export const NAME_TAG = {
  dns: primitive(2),
  directory: constructed(4),
  uri: primitive(6),
} as const;

/** Names of a subjectAltName. */
export interface AltNames {
  readonly uriNames: readonly string[];
  readonly dnsNames: readonly string[];
  /** Tags of all names there are. */
  readonly tags: ReadonlySet<number>;
}

export interface BasicConstraints {
  readonly isCa: boolean;
  /** How many CA certificates may follow; undefined for any number. */
  readonly pathLength: number | undefined;
}

/** Reads `Extensions`, each kind at most once. @throws PkiError PKI_DER_MALFORMED, PKI_X509_EXTENSION_DUPLICATE */
export function readExtensions(reader: DerReader): readonly Extension[] {
  const extensions: Extension[] = [];
  const seen = new Set<string>();
  while (!reader.isDone) {
    if (extensions.length === MAX_EXTENSIONS) throw malformed('too many extensions');
    const fields = reader.enter(TAG.sequence);
    const oid = readOid(fields.read(TAG.oid).content);
    const flag = fields.readOptional(TAG.boolean);
    const critical = flag !== undefined && readBoolean(flag.content);
    if (flag !== undefined && !critical) throw malformed('a default is written out');
    const value = fields.read(TAG.octetString).content;
    fields.end();
    if (seen.has(oid)) throw new PkiError('PKI_X509_EXTENSION_DUPLICATE', { detail: oid });
    seen.add(oid);
    extensions.push({ oid, critical, value });
  }
  return extensions;
}

export const findExtension = (
  extensions: readonly Extension[],
  oid: string,
): Extension | undefined => extensions.find((extension) => extension.oid === oid);

export const NO_NAMES: AltNames = { uriNames: [], dnsNames: [], tags: new Set() };

export function readAltNames(value: Uint8Array): AltNames {
  const reader = new DerReader(DerReader.only(value, TAG.sequence).content);
  const uriNames: string[] = [];
  const dnsNames: string[] = [];
  const tags = new Set<number>();
  for (let count = 0; !reader.isDone; count++) {
    if (count === MAX_NAMES) throw malformed('too many names');
    const { tag, content } = reader.readAny();
    tags.add(tag);
    // Bytes, not text forms: a comma or a NUL inside a name is part of that name.
    if (tag === NAME_TAG.uri) uriNames.push(ia5Text(content));
    if (tag === NAME_TAG.dns) dnsNames.push(ia5Text(content));
  }
  return { uriNames, dnsNames, tags };
}

export function ia5Text(content: Uint8Array): string {
  if (content.some((byte) => byte >= 0x80)) throw malformed('IA5String');
  return Buffer.from(content).toString('latin1');
}

export function readBasicConstraints(value: Uint8Array): BasicConstraints {
  const reader = new DerReader(DerReader.only(value, TAG.sequence).content);
  const flag = reader.readOptional(TAG.boolean);
  const isCa = flag !== undefined && readBoolean(flag.content);
  const limit = reader.readOptional(TAG.integer);
  reader.end();
  if (limit === undefined) return { isCa, pathLength: undefined };
  const pathLength = Number(readInteger(limit.content));
  if (!isCa || pathLength < 0) throw malformed('path length');
  return { isCa, pathLength };
}

export const readKeyUsage = (value: Uint8Array): number =>
  readNamedBits(DerReader.only(value, TAG.bitString).content);

export function readExtendedKeyUsage(value: Uint8Array): readonly string[] {
  const reader = new DerReader(DerReader.only(value, TAG.sequence).content);
  const usages: string[] = [];
  while (!reader.isDone) {
    if (usages.length === MAX_NAMES) throw malformed('too many key usages');
    usages.push(readOid(reader.read(TAG.oid).content));
  }
  if (usages.length === 0) throw malformed('extended key usage is empty');
  return usages;
}

/** Lower-case hex. */
export const readSubjectKeyId = (value: Uint8Array): string =>
  toHex(DerReader.only(value, TAG.octetString).content);

/** Lower-case hex; undefined when the issuer is named in another way only. */
export function readAuthorityKeyId(value: Uint8Array): string | undefined {
  const reader = new DerReader(DerReader.only(value, TAG.sequence).content);
  const keyId = reader.readOptional(primitive(0));
  return keyId === undefined ? undefined : toHex(keyId.content);
}

export const OIDS_UNDERSTOOD: ReadonlySet<string> = new Set([
  OID.subjectKeyIdentifier,
  OID.keyUsage,
  OID.subjectAltName,
  OID.basicConstraints,
  OID.nameConstraints,
  OID.authorityKeyIdentifier,
  OID.extendedKeyUsage,
]);
