import { parseCertificate } from '@vouchsafe/pki/x509/certificate';
import type { Certificate } from '@vouchsafe/pki/x509/certificate';
import { mintAuthority } from '@vouchsafe/pki/x509/mint';
import { newSerialNumber } from '@vouchsafe/pki/x509/serial';
import type { Signer } from '@vouchsafe/pki/keys/signer';
import type { Authority, AuthorityKind, NewAuthority } from './authority.ts';
import { BACKDATE_MS } from '../credential/validity.ts';

export interface X509Authority extends Authority {
  readonly certificate: Certificate;
}

/** Self-signed certificate authorities. */
export const x509Authorities: AuthorityKind<X509Authority> = {
  kind: 'x509',
  keyNames: { A: 'x509-CA-A', B: 'x509-CA-B' },
  async create(init: NewAuthority) {
    const certificate = await mintAuthority({
      trustDomain: init.trustDomain,
      signer: init.signer,
      notBefore: new Date(init.issuedAt.getTime() - BACKDATE_MS),
      notAfter: init.expiresAt,
      serialNumber: newSerialNumber(),
    });
    return authorityOf(parseCertificate(certificate), init);
  },
  restore(stored, signer) {
    const certificate = parseCertificate(stored.publicPart);
    if (!sameKey(certificate.publicKeyInfo, signer)) return undefined;
    return authorityOf(certificate, { ...stored, signer });
  },
  publish: (bundle, { certificate }) => bundle.appendX509({ certificate, tainted: false }),
};

function authorityOf(
  certificate: Certificate,
  init: Pick<NewAuthority, 'signer' | 'issuedAt' | 'expiresAt'>,
): X509Authority {
  const { signer, issuedAt, expiresAt } = init;
  if (certificate.subjectKeyId === undefined) {
    throw new TypeError('an authority of ours has a subject key ID');
  }
  return {
    authorityId: certificate.subjectKeyId,
    issuedAt,
    expiresAt,
    signer,
    publicPart: certificate.raw,
    certificate,
  };
}

const sameKey = (publicKeyInfo: Uint8Array, signer: Signer): boolean =>
  Buffer.compare(publicKeyInfo, signer.publicKeyInfo) === 0;
