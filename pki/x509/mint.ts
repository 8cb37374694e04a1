import { PkiError } from '../errors.ts';
import { bitString, explicit, integer, sequence, time } from '../der/writer.ts';
import { subjectKeyId } from '../keys/key-id.ts';
import type { Signer } from '../keys/signer.ts';
import type { SpiffeId } from '../spiffe-id.ts';
import type { TrustDomain } from '../trust-domain.ts';
import type { Certificate } from './certificate.ts';
import {
  AUTHORITY_BASIC_CONSTRAINTS,
  AUTHORITY_KEY_USAGE,
  SVID_BASIC_CONSTRAINTS,
  SVID_EXTENDED_KEY_USAGE,
  SVID_KEY_USAGE,
  altNamesExtension,
  authorityKeyIdExtension,
  subjectKeyIdExtension,
} from './extension-writer.ts';
import { SPIRE_SUBJECT, authoritySubject, svidSubject, withCommonName } from './names.ts';
import { ALGORITHM_OF_KEY_TYPE } from './signature-algorithm.ts';

const EMPTY_NAME = sequence();
const ASCII = /^[\u0021-\u007e]+$/;

/** Times in whole seconds, the serial number from newSerialNumber. */
interface Issuing {
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly serialNumber: bigint;
}

export interface X509SvidToMint extends Issuing {
  /** Of a workload: with a path. */
  readonly spiffeId: SpiffeId;
  /** SubjectPublicKeyInfo, DER, of a key whose possession was proven. */
  readonly publicKeyInfo: Uint8Array;
  /** In ASCII; the first becomes the common name too. */
  readonly dnsNames?: readonly string[];
  /** Name, DER; the usual one when left out or empty. */
  readonly subject?: Uint8Array | undefined;
  readonly issuer: X509Issuer;
}

/** A certificate with its key. */
export interface X509Issuer {
  readonly certificate: Certificate;
  readonly signer: Signer;
}

/**
 * An X509-SVID, DER, with the profile of X509-SVID §4 and appendix A. Who may have it is decided by the caller.
 * @throws PkiError PKI_SPIFFE_ID_PATH_MISSING, PKI_DER_MALFORMED for a key or subject that is none
 */
export async function mintX509Svid(svid: X509SvidToMint): Promise<Uint8Array> {
  const { spiffeId, publicKeyInfo, issuer, dnsNames = [] } = svid;
  if (spiffeId.path === '') throw new PkiError('PKI_SPIFFE_ID_PATH_MISSING');
  if (!dnsNames.every((name) => ASCII.test(name))) throw new TypeError('a DNS name is not ASCII');
  const { name, keyIdExtension } = issuerParts(issuer.certificate);
  const body = bodyOf({
    ...svid,
    issuerName: name,
    subject: subjectOf(svid.subject, dnsNames[0]),
    publicKeyInfo,
    algorithm: ALGORITHM_OF_KEY_TYPE[issuer.signer.keyType].identifier,
    extensions: [
      SVID_KEY_USAGE,
      SVID_EXTENDED_KEY_USAGE,
      SVID_BASIC_CONSTRAINTS,
      subjectKeyIdExtension(subjectKeyId(publicKeyInfo)),
      keyIdExtension,
      altNamesExtension({ uriNames: [spiffeId.toString()], dnsNames }),
    ],
  });
  return signed(body, issuer.signer);
}

export interface AuthorityToMint extends Issuing {
  readonly trustDomain: TrustDomain;
  readonly signer: Signer;
}

/** The self-signed certificate of an X.509 authority, DER: an SVID of the trust domain itself (SPIFFE-ID §3). */
export function mintAuthority(authority: AuthorityToMint): Promise<Uint8Array> {
  const { trustDomain, signer, serialNumber } = authority;
  const subject = authoritySubject(serialNumber);
  const body = bodyOf({
    ...authority,
    issuerName: subject,
    subject,
    publicKeyInfo: signer.publicKeyInfo,
    algorithm: ALGORITHM_OF_KEY_TYPE[signer.keyType].identifier,
    extensions: [
      AUTHORITY_KEY_USAGE,
      AUTHORITY_BASIC_CONSTRAINTS,
      subjectKeyIdExtension(subjectKeyId(signer.publicKeyInfo)),
      altNamesExtension({ uriNames: [trustDomain.id], dnsNames: [] }),
    ],
  });
  return signed(body, signer);
}

export interface SubordinateToMint extends Issuing {
  readonly trustDomain: TrustDomain;
  /** SubjectPublicKeyInfo, DER, of a key whose possession was proven. */
  readonly publicKeyInfo: Uint8Array;
  readonly issuer: X509Issuer;
}

/** The certificate of an X.509 authority below another one of the same trust domain, DER. */
export function mintSubordinate(authority: SubordinateToMint): Promise<Uint8Array> {
  const { trustDomain, publicKeyInfo, issuer, serialNumber } = authority;
  const { name, keyIdExtension } = issuerParts(issuer.certificate);
  const body = bodyOf({
    ...authority,
    issuerName: name,
    subject: authoritySubject(serialNumber),
    algorithm: ALGORITHM_OF_KEY_TYPE[issuer.signer.keyType].identifier,
    extensions: [
      AUTHORITY_KEY_USAGE,
      AUTHORITY_BASIC_CONSTRAINTS,
      subjectKeyIdExtension(subjectKeyId(publicKeyInfo)),
      keyIdExtension,
      altNamesExtension({ uriNames: [trustDomain.id], dnsNames: [] }),
    ],
  });
  return signed(body, issuer.signer);
}

interface IssuerParts {
  readonly name: Uint8Array;
  readonly keyIdExtension: Uint8Array;
}

/** What every certificate of an issuer has in common, written once. */
const partsOf = new WeakMap<Certificate, IssuerParts>();

function issuerParts(certificate: Certificate): IssuerParts {
  const known = partsOf.get(certificate);
  if (known !== undefined) return known;
  const keyId =
    certificate.subjectKeyId === undefined
      ? subjectKeyId(certificate.publicKeyInfo)
      : Buffer.from(certificate.subjectKeyId, 'hex');
  const parts = { name: certificate.subject, keyIdExtension: authorityKeyIdExtension(keyId) };
  partsOf.set(certificate, parts);
  return parts;
}

/** Never empty: the SPIFFE ID would have to be in a critical extension then, which not every verifier can read. */
function subjectOf(subject: Uint8Array | undefined, commonName: string | undefined): Uint8Array {
  if (subject === undefined || Buffer.compare(subject, EMPTY_NAME) === 0)
    return commonName === undefined ? SPIRE_SUBJECT : svidSubject(commonName);
  return commonName === undefined ? subject : withCommonName(subject, commonName);
}

interface Body extends Issuing {
  readonly algorithm: Uint8Array;
  readonly issuerName: Uint8Array;
  readonly subject: Uint8Array;
  readonly publicKeyInfo: Uint8Array;
  readonly extensions: readonly Uint8Array[];
}

const VERSION_3 = explicit(0, integer(2n));

function bodyOf(body: Body): Buffer {
  return sequence(
    VERSION_3,
    integer(body.serialNumber),
    body.algorithm,
    body.issuerName,
    sequence(time(body.notBefore), time(body.notAfter)),
    body.subject,
    body.publicKeyInfo,
    explicit(3, sequence(...body.extensions)),
  );
}

async function signed(body: Buffer, signer: Signer): Promise<Uint8Array> {
  const { identifier } = ALGORITHM_OF_KEY_TYPE[signer.keyType];
  return sequence(body, identifier, bitString(await signer.sign(body)));
}
