// The SVID that mintX509Svid makes, made by @peculiar/x509: what the benchmark holds ours against.
import 'reflect-metadata';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';
import { randomBytes, webcrypto } from 'node:crypto';
import type { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import type { TrustDomain } from '@vouchsafe/pki/trust-domain';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const crypto = webcrypto;

/** An authority as @peculiar/x509 wants it. */
export interface LibraryIssuer {
  readonly name: string;
  readonly keys: webcrypto.CryptoKeyPair;
}

export async function prepareLibraryIssuer(trustDomain: TrustDomain): Promise<LibraryIssuer> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  return { name: `C=US, O=SPIFFE, CN=${trustDomain.name}`, keys };
}

export interface LibrarySvid {
  readonly spiffeId: SpiffeId;
  readonly dnsNames: readonly string[];
  /** SubjectPublicKeyInfo of a P-256 key, DER. */
  readonly publicKeyInfo: Uint8Array;
  readonly notBefore: Date;
  readonly notAfter: Date;
}

/** The certificate that mintX509Svid makes, made by @peculiar/x509; DER. */
export async function mintByLibrary(issuer: LibraryIssuer, svid: LibrarySvid): Promise<Uint8Array> {
  const spki = Uint8Array.from(svid.publicKeyInfo);
  const publicKey = await crypto.subtle.importKey('spki', spki, ALGORITHM, true, ['verify']);
  const names = [
    ...svid.dnsNames.map((value) => ({ type: 'dns' as const, value })),
    { type: 'url' as const, value: svid.spiffeId.toString() },
  ];
  const certificate = await X509CertificateGenerator.create(
    {
      serialNumber: randomBytes(16).toString('hex'),
      issuer: issuer.name,
      subject: `C=US, O=SPIRE, CN=${svid.dnsNames[0] ?? ''}`,
      notBefore: svid.notBefore,
      notAfter: svid.notAfter,
      signingKey: issuer.keys.privateKey,
      signingAlgorithm: ALGORITHM,
      publicKey,
      extensions: [
        new KeyUsagesExtension(
          KeyUsageFlags.digitalSignature |
            KeyUsageFlags.keyEncipherment |
            KeyUsageFlags.keyAgreement,
          true,
        ),
        new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth, ExtendedKeyUsage.clientAuth]),
        new BasicConstraintsExtension(false, undefined, true),
        await SubjectKeyIdentifierExtension.create(publicKey, false, crypto),
        await AuthorityKeyIdentifierExtension.create(issuer.keys.publicKey, false, crypto),
        new SubjectAlternativeNameExtension(names),
      ],
    },
    crypto,
  );
  return new Uint8Array(certificate.rawData);
}
