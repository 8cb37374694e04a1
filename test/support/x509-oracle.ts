// Another library's reading of certificates, for tests to hold ours against.
import 'reflect-metadata';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
} from '@peculiar/x509';
import type { Extension } from '@peculiar/x509';
import { webcrypto } from 'node:crypto';

const crypto = webcrypto;

/** A certificate field by field, in plain values. */
export interface LibraryReading {
  readonly serialNumber: bigint;
  readonly subject: string;
  readonly issuer: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly signatureAlgorithm: string;
  readonly publicKeyInfo: string;
  /** OID and criticality of every extension, in order. */
  readonly extensions: readonly string[];
  readonly keyUsages: readonly string[];
  readonly extendedKeyUsages: readonly string[];
  readonly isCa: boolean | undefined;
  readonly pathLength: number | undefined;
  readonly subjectKeyId: string | undefined;
  readonly authorityKeyId: string | undefined;
  /** `dns:…` and `url:…`, in order. */
  readonly names: readonly string[];
}

export function readByLibrary(der: Uint8Array): LibraryReading {
  const certificate = new X509Certificate(Uint8Array.from(der));
  const find = <T extends Extension>(type: new (...args: never[]) => T): T | undefined =>
    certificate.extensions.find((extension): extension is T => extension instanceof type);
  const constraints = find(BasicConstraintsExtension);
  return {
    serialNumber: BigInt(`0x${certificate.serialNumber}`),
    subject: certificate.subject,
    issuer: certificate.issuer,
    notBefore: certificate.notBefore,
    notAfter: certificate.notAfter,
    signatureAlgorithm: nameOf(certificate.signatureAlgorithm),
    publicKeyInfo: Buffer.from(certificate.publicKey.rawData).toString('hex'),
    extensions: Array.from(
      certificate.extensions,
      ({ type, critical }) => `${type}${critical ? ' critical' : ''}`,
    ),
    keyUsages: keyUsageNames(find(KeyUsagesExtension)?.usages ?? 0),
    extendedKeyUsages: (find(ExtendedKeyUsageExtension)?.usages ?? []).map(String),
    isCa: constraints?.ca,
    pathLength: constraints?.pathLength,
    subjectKeyId: find(SubjectKeyIdentifierExtension)?.keyId,
    authorityKeyId: find(AuthorityKeyIdentifierExtension)?.keyId,
    names: namesIn(find(SubjectAlternativeNameExtension)),
  };
}

function nameOf(algorithm: X509Certificate['signatureAlgorithm']): string {
  const { name, hash } = algorithm as unknown as { name: string; hash: { name: string } };
  return `${name} ${hash.name}`;
}

const namesIn = (extension: SubjectAlternativeNameExtension | undefined): readonly string[] =>
  (extension?.names.items ?? []).map(({ type, value }) => `${type}:${value}`);

const keyUsageNames = (usages: number): readonly string[] =>
  Object.entries(KeyUsageFlags)
    .filter(([, bit]) => typeof bit === 'number' && (usages & bit) !== 0)
    .map(([usage]) => usage);

/** Whether the signature of one is by the key of the other. */
export const isSignedByLibrary = (der: Uint8Array, issuer: Uint8Array): Promise<boolean> =>
  new X509Certificate(Uint8Array.from(der)).verify(
    { publicKey: new X509Certificate(Uint8Array.from(issuer)).publicKey, signatureOnly: true },
    crypto,
  );
