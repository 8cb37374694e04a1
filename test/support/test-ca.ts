import { generateKeyPairSync, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { TAG, constructed, primitive } from '@vouchsafe/pki/der/reader';
import {
  bitString,
  directoryString,
  element,
  explicit,
  ia5,
  integer,
  octetString,
  oid,
  sequence,
  set,
  time,
} from '@vouchsafe/pki/der/writer';
import { subjectKeyId } from '@vouchsafe/pki/keys/key-id';
import { parseCertificate } from '@vouchsafe/pki/x509/certificate';
import type { Certificate } from '@vouchsafe/pki/x509/certificate';

// Certificates with any part of them wrong. Made from the DER primitives alone, apart from the code that mints.

export const NOW = new Date('2026-01-01T12:00:00Z');
const HOUR = 3_600_000;
export const at = (ms: number): Date => new Date(NOW.getTime() + ms);

export interface TestKeyPair {
  readonly privateKey: KeyObject;
  readonly publicKeyInfo: Buffer;
}

export function ecKey(namedCurve = 'P-256'): TestKeyPair {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve });
  return { privateKey, publicKeyInfo: publicKey.export({ type: 'spki', format: 'der' }) };
}

export function rsaKey(modulusLength: number): TestKeyPair {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength });
  return { privateKey, publicKeyInfo: publicKey.export({ type: 'spki', format: 'der' }) };
}

type Critical = 'critical' | 'not critical';

/** An extension of any kind. */
export function extension(type: string, value: Uint8Array, critical: Critical): Buffer {
  const flag = critical === 'critical' ? [Buffer.of(TAG.boolean, 1, 0xff)] : [];
  return sequence(oid(type), ...flag, octetString(value));
}

export const uri = (text: string): Buffer => ia5(primitive(6), text);
export const dns = (text: string): Buffer => ia5(primitive(2), text);
export const altNames = (...names: Buffer[]): Buffer =>
  extension('2.5.29.17', sequence(...names), 'not critical');

/** Bits as X.509 numbers them: 0 is digitalSignature, 5 keyCertSign, 6 cRLSign. */
export function keyUsage(bits: readonly number[], critical: Critical = 'critical'): Buffer {
  const last = Math.max(...bits);
  const byte = bits.reduce((sum, bit) => sum | (0x80 >> bit), 0);
  return extension('2.5.29.15', Buffer.of(TAG.bitString, 2, 7 - last, byte), critical);
}

export function basicConstraints(ca: boolean, pathLength?: number): Buffer {
  const limit = pathLength === undefined ? [] : [integer(BigInt(pathLength))];
  const fields = ca ? [Buffer.of(TAG.boolean, 1, 0xff), ...limit] : [];
  return extension('2.5.29.19', sequence(...fields), 'critical');
}

export function extendedKeyUsage(...usages: string[]): Buffer {
  return extension('2.5.29.37', sequence(...usages.map(oid)), 'not critical');
}

export function nameConstraints(of: { permitted?: Buffer[]; excluded?: Buffer[] }): Buffer {
  const list = (n: number, names: Buffer[] = []): Buffer[] =>
    names.length === 0 ? [] : [element(constructed(n), ...names.map((name) => sequence(name)))];
  const value = sequence(...list(0, of.permitted), ...list(1, of.excluded));
  return extension('2.5.29.30', value, 'critical');
}

export const nameOf = (commonName: string): Buffer =>
  commonName === ''
    ? sequence()
    : sequence(set(sequence(oid('2.5.4.3'), directoryString(commonName))));

interface SignatureChoice {
  readonly identifier: Buffer;
  readonly hash: string;
}

const ecdsa = (arc: number, hash: string): SignatureChoice => ({
  identifier: sequence(oid(`1.2.840.10045.4${arc === 1 ? '' : '.3'}.${arc}`)),
  hash,
});
export const ECDSA_SHA1 = ecdsa(1, 'sha1');
const ECDSA_SHA256 = ecdsa(2, 'sha256');
const NULL = Buffer.of(5, 0);
const rsa = (arc: number, hash: string): SignatureChoice => ({
  identifier: sequence(oid(`1.2.840.113549.1.1.${arc}`), NULL),
  hash,
});
export const RSA_MD5 = rsa(4, 'md5');
export const RSA_SHA256 = rsa(11, 'sha256');

export interface TestCertificate extends TestKeyPair {
  readonly certificate: Certificate;
  readonly name: Buffer;
}

export interface CertificateParts {
  readonly name?: string;
  readonly key?: TestKeyPair;
  /** Itself when left out. */
  readonly issuer?: TestCertificate;
  readonly notBefore?: Date;
  readonly notAfter?: Date;
  readonly serialNumber?: bigint;
  readonly extensions: readonly Buffer[];
  readonly signature?: SignatureChoice;
}

/** A certificate made of exactly these parts. */
export function certify(parts: CertificateParts): TestCertificate {
  const der = certifyDer(parts);
  const key = parts.key!;
  return { ...key, name: nameOf(parts.name ?? ''), certificate: parseCertificate(der) };
}

export function certifyDer(parts: CertificateParts): Buffer {
  const { key = ecKey(), issuer, signature = ECDSA_SHA256 } = parts;
  const name = nameOf(parts.name ?? '');
  const body = sequence(
    explicit(0, integer(2n)),
    integer(parts.serialNumber ?? 1n),
    signature.identifier,
    issuer?.name ?? name,
    sequence(time(parts.notBefore ?? at(-HOUR)), time(parts.notAfter ?? at(HOUR))),
    name,
    key.publicKeyInfo,
    explicit(3, sequence(...parts.extensions)),
  );
  const signed = sign(signature.hash, body, (issuer ?? key).privateKey);
  return sequence(body, signature.identifier, bitString(signed));
}

const caExtensions = (id: string): Buffer[] => [
  basicConstraints(true),
  keyUsage([5, 6]),
  altNames(uri(id)),
];

/** A self-signed authority of `spiffe://example.org`, where nothing else is said. */
export function root(parts: Partial<CertificateParts> = {}): TestCertificate {
  const extensions = caExtensions('spiffe://example.org');
  return certify({ name: 'root', key: ecKey(), extensions, ...parts });
}

/** A signing certificate below `issuer`. */
export function intermediate(
  issuer: TestCertificate,
  parts: Partial<CertificateParts> = {},
): TestCertificate {
  const extensions = caExtensions('spiffe://example.org');
  return certify({ name: 'intermediate', key: ecKey(), issuer, extensions, ...parts });
}

/** The extensions of a proper X509-SVID of `spiffe://example.org/workload`, to be replaced one by one. */
export const SVID = {
  usage: keyUsage([0, 2, 4]),
  extended: extendedKeyUsage('1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2'),
  constraints: basicConstraints(false),
  names: altNames(uri('spiffe://example.org/workload')),
};

type SvidExtensions = Partial<Record<keyof typeof SVID | 'more', Buffer | null>>;

/** The parts of an X509-SVID with some of its extensions replaced, or with null left out. */
export function svidExtensions(overrides: SvidExtensions = {}): Buffer[] {
  return Object.values({ ...SVID, ...overrides }).filter((part) => part !== null);
}

export function svid(
  issuer: TestCertificate,
  parts: Partial<CertificateParts> = {},
): TestCertificate {
  return certify({ name: 'svid', key: ecKey(), issuer, extensions: svidExtensions(), ...parts });
}

/** With the key ID that names its key, for chains whose key IDs are to be looked at. */
export const keyIdOf = ({ publicKeyInfo }: TestKeyPair): Buffer =>
  extension('2.5.29.14', octetString(subjectKeyId(publicKeyInfo)), 'not critical');
