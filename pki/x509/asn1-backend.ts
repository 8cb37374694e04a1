import 'reflect-metadata';
import {
  BasicConstraintsExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  X509Certificate,
} from '@peculiar/x509';

/** What another library reads in a certificate. */
export interface SecondOpinion {
  readonly isCa: boolean;
  readonly uriNames: readonly string[];
  readonly signsCertificates: boolean;
  readonly notAfter: Date;
  /** Whether it is signed with its own key. */
  readonly isSelfSigned: boolean;
}

/** Reads a certificate with a library that shares no code with ours; slow, so for the rare ones that all others hang on. */
export async function secondOpinion(der: Uint8Array): Promise<SecondOpinion> {
  const certificate = new X509Certificate(Uint8Array.from(der));
  const names = certificate.getExtension(SubjectAlternativeNameExtension)?.names.items ?? [];
  const usages = certificate.getExtension(KeyUsagesExtension)?.usages ?? 0;
  return {
    isCa: certificate.getExtension(BasicConstraintsExtension)?.ca === true,
    uriNames: names.filter(({ type }) => type === 'url').map(({ value }) => value),
    signsCertificates: (usages & KeyUsageFlags.keyCertSign) !== 0,
    notAfter: certificate.notAfter,
    isSelfSigned: await certificate.isSelfSigned(),
  };
}
