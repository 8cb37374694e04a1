import { TrustDomain } from '@vouchsafe/pki/trust-domain';
import { parseCertificates } from '@vouchsafe/pki/x509/certificate';
import type { Certificate } from '@vouchsafe/pki/x509/certificate';
import { X509Svid } from '@vouchsafe/pki/x509/x509-svid';
import type { X509SVIDResponse__Output } from '@vouchsafe/proto/gen/X509SVIDResponse';

interface FetchedX509Svid {
  readonly svid: X509Svid;
  readonly hint: string;
  /** X.509 authorities of its own trust domain. */
  readonly authorities: readonly Certificate[];
}

/** What a Workload API answered to FetchX509SVID, checked. */
export interface X509Answer {
  readonly svids: readonly FetchedX509Svid[];
  /** X.509 authorities of other trust domains, by name. */
  readonly federated: readonly {
    readonly trustDomain: TrustDomain;
    readonly authorities: readonly Certificate[];
  }[];
}

/** @throws PkiError when what came is no SVID with its key, or no bundle */
export function parseX509Answer(response: X509SVIDResponse__Output): X509Answer {
  return {
    svids: response.svids.map(({ x509_svid, x509_svid_key, bundle, hint }) => ({
      svid: X509Svid.parse(x509_svid, x509_svid_key),
      hint,
      authorities: parseCertificates(bundle),
    })),
    federated: Object.entries(response.federated_bundles)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([id, bundle]) => ({
        trustDomain: TrustDomain.parse(id),
        authorities: parseCertificates(bundle),
      })),
  };
}
