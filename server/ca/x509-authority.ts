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
    await checkAuthority(certificate, init);
    return authorityOf(parseCertificate(certificate), init);
  },
  restore(stored, signer) {
    const certificate = parseCertificate(stored.publicPart);
    if (!sameKey(certificate.publicKeyInfo, signer)) return undefined;
    return authorityOf(certificate, { ...stored, signer });
  },
  publish: (bundle, { certificate }) => bundle.appendX509({ certificate, tainted: false }),
};

/** Every identity of the trust domain will hang on this certificate: code that is not ours has to read it the same way. */
async function checkAuthority(
  der: Uint8Array,
  { trustDomain, expiresAt }: NewAuthority,
): Promise<void> {
  const { secondOpinion } = await import('@vouchsafe/pki/x509/asn1-backend');
  const read = await secondOpinion(der);
  const isSound =
    read.isCa &&
    read.signsCertificates &&
    read.isSelfSigned &&
    read.uriNames.length === 1 &&
    read.uriNames[0] === trustDomain.id &&
    read.notAfter.getTime() === expiresAt.getTime();
  if (!isSound) throw new TypeError('the certificate of a new authority is not what it should be');
}

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
