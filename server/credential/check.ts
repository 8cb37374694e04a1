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
const RULES: readonly {
  readonly text: string;
  readonly holds: (leaf: Certificate, expected: Expected) => boolean;
}[] = [
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
    text: 'is no authority',
    holds: (leaf) =>
      !leaf.isCa && !leaf.allows(KEY_USAGE.keyCertSign) && !leaf.allows(KEY_USAGE.cRLSign),
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

/** Reads back what is about to leave the server: a mistake in minting must not become somebody's identity. */
export function checkIssued(der: Uint8Array, expected: Expected): void {
  const leaf = parseCertificate(der);
  const broken = RULES.find(({ holds }) => !holds(leaf, expected));
  if (broken !== undefined) {
    throw new TypeError(`an X509-SVID just minted does not hold: it ${broken.text}`);
  }
}
