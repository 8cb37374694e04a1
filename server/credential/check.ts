import type { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import { parseCertificate } from '@vouchsafe/pki/x509/certificate';
import type { Certificate } from '@vouchsafe/pki/x509/certificate';
import { KEY_USAGE } from '@vouchsafe/pki/x509/extensions';
import type { Validity } from './validity.ts';

interface Expected extends Validity {
  readonly spiffeId: SpiffeId;
  readonly publicKeyInfo: Uint8Array;
  readonly dnsNames?: readonly string[];
  readonly serialNumber: bigint;
  readonly issuer: Certificate;
}

/** One way in which a certificate could be more, or other, than was decided to issue. */
interface Rule {
  readonly text: string;
  readonly holds: (leaf: Certificate, expected: Expected) => boolean;
}

/** Of everything that is issued. */
const COMMON: readonly Rule[] = [
  {
    text: 'has exactly the SPIFFE ID it was issued for',
    holds: ({ uriNames }, { spiffeId }) =>
      uriNames.length === 1 && uriNames[0] === spiffeId.toString(),
  },
  {
    text: 'certifies the key that was proven',
    holds: (leaf, { publicKeyInfo }) => Buffer.compare(leaf.publicKeyInfo, publicKeyInfo) === 0,
  },
  {
    text: 'has exactly the DNS names it was issued with',
    holds: (leaf, { dnsNames = [] }) =>
      leaf.dnsNames.length === dnsNames.length &&
      leaf.dnsNames.every((name, index) => name === dnsNames[index]),
  },
  {
    text: 'is valid for the time decided, within that of its issuer',
    holds: (leaf, { notBefore, notAfter, issuer }) =>
      leaf.notBefore.getTime() === notBefore.getTime() &&
      leaf.notAfter.getTime() === notAfter.getTime() &&
      leaf.notAfter <= issuer.notAfter,
  },
  {
    text: 'has the serial number it is recorded under',
    holds: (leaf, { serialNumber }) => leaf.serialNumber === serialNumber,
  },
  {
    text: 'names its issuer',
    holds: (leaf, { issuer }) => Buffer.compare(leaf.issuer, issuer.subject) === 0,
  },
];

const SVID_RULES: readonly Rule[] = [
  {
    text: 'is no authority',
    holds: (leaf) =>
      !leaf.isCa && !leaf.allows(KEY_USAGE.keyCertSign) && !leaf.allows(KEY_USAGE.cRLSign),
  },
  ...COMMON,
];

const AUTHORITY_RULES: readonly Rule[] = [
  {
    text: 'is an authority, and nothing else',
    holds: (authority) =>
      authority.isCa &&
      authority.allows(KEY_USAGE.keyCertSign) &&
      !authority.allows(KEY_USAGE.digitalSignature),
  },
  ...COMMON,
];

/** Reads back what is about to leave the server: a mistake in minting must not become somebody's identity. */
export function checkIssued(der: Uint8Array, expected: Expected): void {
  check('an X509-SVID', der, { expected, rules: SVID_RULES });
}

/** The same for the certificate of an authority, whose SPIFFE ID is that of its trust domain. */
export function checkIssuedAuthority(der: Uint8Array, expected: Expected): void {
  check('an authority', der, { expected, rules: AUTHORITY_RULES });
}

function check(
  what: string,
  der: Uint8Array,
  { expected, rules }: { readonly expected: Expected; readonly rules: readonly Rule[] },
): void {
  const certificate = parseCertificate(der);
  const broken = rules.find(({ holds }) => !holds(certificate, expected));
  if (broken !== undefined) {
    throw new TypeError(`${what} just minted does not hold: it ${broken.text}`);
  }
}
