import { PkiError } from '@vouchsafe/pki/errors';
import { parseCsr } from '@vouchsafe/pki/x509/csr';
import type { Csr } from '@vouchsafe/pki/x509/csr';
import type { CertificateAuthority } from '../ca/certificate-authority.ts';
import { invalidArgument } from '../../runtime/rpc/status.ts';
import { refusing } from './refusing.ts';

/** The texts for what can be wrong with a CSR, which differ from method to method. */
export interface CsrTexts {
  readonly missing: string;
  readonly malformed: string;
  readonly unproven: string;
}

/** A CSR whose sender holds the key it is about. @throws RpcError INVALID_ARGUMENT */
export async function provenCsr(
  der: Uint8Array,
  authority: Pick<CertificateAuthority, 'proveKey'>,
  texts: CsrTexts,
): Promise<Csr> {
  if (der.length === 0) throw invalidArgument(texts.missing);
  const csr = refusing(texts.malformed, () => parseCsr(der));
  await authority.proveKey(csr).catch((error: unknown) => {
    throw isSignatureFailure(error) ? invalidArgument(texts.unproven, error) : error;
  });
  return csr;
}

const isSignatureFailure = (error: unknown): boolean =>
  error instanceof PkiError && error.code === 'PKI_CSR_SIGNATURE';
