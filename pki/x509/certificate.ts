import type { KeyObject } from 'node:crypto';
import { PkiError } from '../errors.ts';
import { DerReader, TAG, constructed, malformed, primitive } from '../der/reader.ts';
import { readInteger, readOctetsOfBitString, readTime, sameBytes } from '../der/values.ts';
import { importVerificationKey } from '../keys/public-key.ts';
import {
  NO_NAMES,
  OIDS_UNDERSTOOD,
  findExtension,
  readAltNames,
  readAuthorityKeyId,
  readBasicConstraints,
  readExtendedKeyUsage,
  readExtensions,
  readKeyUsage,
  readSubjectKeyId,
} from './extensions.ts';
import type { AltNames, BasicConstraints, Extension } from './extensions.ts';
import { readNameConstraints } from './name-constraints.ts';
import type { NameConstraints } from './name-constraints.ts';
import { OID } from './oids.ts';
import { findSignatureAlgorithm, isSignedWith } from './signature-algorithm.ts';
import type { Signed } from './signature-algorithm.ts';

/** Larger than any certificate with sense in it. */
const MAX_BYTES = 64 << 10;
const MAX_CERTIFICATES = 1000;

interface Fields {
  readonly raw: Uint8Array;
  readonly signed: Signed;
  readonly serialNumber: bigint;
  readonly issuer: Uint8Array;
  readonly subject: Uint8Array;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly publicKeyInfo: Uint8Array;
  readonly extensions: readonly Extension[];
}

/** An X.509 certificate (version 3) that was read strictly; nothing of it is proven by that. */
export class Certificate {
  /** DER. */
  readonly raw: Uint8Array;
  readonly serialNumber: bigint;
  /** Names, DER. */
  readonly issuer: Uint8Array;
  readonly subject: Uint8Array;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKeyInfo: Uint8Array;
  /** Lower-case hex. */
  readonly subjectKeyId: string | undefined;
  readonly authorityKeyId: string | undefined;
  readonly basicConstraints: BasicConstraints | undefined;
  /** Bits of KEY_USAGE; undefined without the extension. */
  readonly keyUsage: number | undefined;
  readonly extendedKeyUsage: readonly string[] | undefined;
  readonly altNames: AltNames;
  readonly nameConstraints: NameConstraints | undefined;
  readonly extensions: readonly Extension[];
  readonly #signed: Signed;
  #publicKey: KeyObject | undefined;

  /** Use parseCertificate. */
  constructor(fields: Fields) {
    const { extensions } = fields;
    this.raw = fields.raw;
    this.serialNumber = fields.serialNumber;
    this.issuer = fields.issuer;
    this.subject = fields.subject;
    this.notBefore = fields.notBefore;
    this.notAfter = fields.notAfter;
    this.publicKeyInfo = fields.publicKeyInfo;
    this.extensions = extensions;
    this.#signed = fields.signed;
    const read = <T>(oid: string, reader: (value: Uint8Array) => T): T | undefined => {
      const extension = findExtension(extensions, oid);
      return extension && reader(extension.value);
    };
    this.subjectKeyId = read(OID.subjectKeyIdentifier, readSubjectKeyId);
    this.authorityKeyId = read(OID.authorityKeyIdentifier, readAuthorityKeyId);
    this.basicConstraints = read(OID.basicConstraints, readBasicConstraints);
    this.keyUsage = read(OID.keyUsage, readKeyUsage);
    this.extendedKeyUsage = read(OID.extendedKeyUsage, readExtendedKeyUsage);
    this.altNames = read(OID.subjectAltName, readAltNames) ?? NO_NAMES;
    this.nameConstraints = read(OID.nameConstraints, readNameConstraints);
  }

  get isCa(): boolean {
    return this.basicConstraints?.isCa === true;
  }

  /** How many CA certificates may follow this one; undefined for any number. */
  get pathLength(): number | undefined {
    return this.basicConstraints?.pathLength;
  }

  get uriNames(): readonly string[] {
    return this.altNames.uriNames;
  }

  get dnsNames(): readonly string[] {
    return this.altNames.dnsNames;
  }

  /** OIDs of critical extensions whose meaning is not known here. */
  get unknownCriticalExtensions(): readonly string[] {
    return this.extensions
      .filter(({ oid, critical }) => critical && !OIDS_UNDERSTOOD.has(oid))
      .map(({ oid }) => oid);
  }

  /**
   * The public key, imported on first use and kept.
   * @throws PkiError PKI_KEY_MALFORMED, PKI_KEY_UNSUPPORTED, PKI_KEY_WEAK
   */
  get publicKey(): KeyObject {
    return this.#importKey();
  }

  /** @throws PkiError PKI_KEY_MALFORMED, PKI_KEY_UNSUPPORTED, PKI_KEY_WEAK */
  checkKey(): void {
    this.#importKey();
  }

  /** Whether the other certificate's key signed this one, with an algorithm that is believed. */
  isSignedBy(other: Certificate): boolean {
    return isSignedWith(this.#signed, other.publicKey);
  }

  isSelfIssued(): boolean {
    return sameBytes(this.subject, this.issuer);
  }

  /** Whether every use in `bits` is allowed; false without the extension. */
  allows(bits: number): boolean {
    return this.keyUsage !== undefined && (this.keyUsage & bits) === bits;
  }

  equals(other: Certificate): boolean {
    return sameBytes(this.raw, other.raw);
  }

  #importKey(): KeyObject {
    this.#publicKey ??= importVerificationKey(this.publicKeyInfo);
    return this.#publicKey;
  }
}

/**
 * Reads one certificate and nothing behind it (RFC 5280 §4.1).
 * @throws PkiError PKI_X509_TOO_LARGE, PKI_DER_MALFORMED, PKI_X509_VERSION, PKI_X509_EXTENSION_DUPLICATE
 */
export function parseCertificate(der: Uint8Array): Certificate {
  if (der.length > MAX_BYTES) throw new PkiError('PKI_X509_TOO_LARGE');
  const { content, raw } = DerReader.only(der, TAG.sequence);
  const outer = new DerReader(content);
  const body = outer.read(TAG.sequence);
  const algorithm = outer.read(TAG.sequence).raw;
  const signature = readOctetsOfBitString(outer.read(TAG.bitString).content);
  outer.end();
  const { signatureAlgorithm, ...fields } = readBody(new DerReader(body.content));
  // What is signed must say how it is signed, or the outer field could be exchanged (RFC 5280 §4.1.1.2).
  if (!sameBytes(signatureAlgorithm, algorithm)) throw malformed('signature algorithms differ');
  const signed = {
    signedBytes: body.raw,
    algorithm: findSignatureAlgorithm(algorithm),
    signature,
  };
  return new Certificate({ ...fields, raw, signed });
}

type Body = Omit<Fields, 'raw' | 'signed'> & { readonly signatureAlgorithm: Uint8Array };

function readBody(reader: DerReader): Body {
  readVersion(reader);
  const serialNumber = readInteger(reader.read(TAG.integer).content);
  const signatureAlgorithm = reader.read(TAG.sequence).raw;
  const issuer = reader.read(TAG.sequence).raw;
  const validity = reader.enter(TAG.sequence);
  const notBefore = readTime(validity.readAny());
  const notAfter = readTime(validity.readAny());
  validity.end();
  const subject = reader.read(TAG.sequence).raw;
  const publicKeyInfo = reader.read(TAG.sequence).raw;
  reader.readOptional(primitive(1)); // unique identifiers, which nobody uses
  reader.readOptional(primitive(2));
  const extensions = readExtensionsOf(reader);
  reader.end();
  return {
    serialNumber,
    signatureAlgorithm,
    issuer,
    subject,
    notBefore,
    notAfter,
    publicKeyInfo,
    extensions,
  };
}

function readVersion(reader: DerReader): void {
  const tagged = reader.readOptional(constructed(0));
  const version = tagged && readInteger(DerReader.only(tagged.content, TAG.integer).content);
  // Older ones have no extensions, so they can hold no SPIFFE ID and be no authority.
  if (version !== 2n) throw new PkiError('PKI_X509_VERSION');
}

function readExtensionsOf(reader: DerReader): readonly Extension[] {
  const tagged = reader.readOptional(constructed(3));
  if (tagged === undefined) return [];
  return readExtensions(new DerReader(DerReader.only(tagged.content, TAG.sequence).content));
}

/**
 * Certificates one behind the other, as the Workload API sends a chain or a bundle; none for no bytes.
 * @throws PkiError as parseCertificate does
 */
export function parseCertificates(der: Uint8Array): Certificate[] {
  const reader = new DerReader(der);
  const certificates: Certificate[] = [];
  while (!reader.isDone) {
    if (certificates.length === MAX_CERTIFICATES) throw new PkiError('PKI_X509_TOO_LARGE');
    certificates.push(parseCertificate(reader.read(TAG.sequence).raw));
  }
  return certificates;
}
