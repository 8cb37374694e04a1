import { BundleSet } from '@vouchsafe/pki/bundle/bundle-set';
import { TrustBundle } from '@vouchsafe/pki/bundle/trust-bundle';
import { TrustDomain } from '@vouchsafe/pki/trust-domain';
import { parseCertificates } from '@vouchsafe/pki/x509/certificate';
import { X509Svid } from '@vouchsafe/pki/x509/x509-svid';
import type { X509SVID__Output } from '@vouchsafe/proto/gen/X509SVID';
import type { X509SVIDResponse__Output } from '@vouchsafe/proto/gen/X509SVIDResponse';
import { ClientError } from './errors.ts';

/** One of the identities that a process has. */
export interface OfferedSvid {
  readonly svid: X509Svid;
  /** What the operator calls it, to tell several apart; empty for none. No part of the identity. */
  readonly hint: string;
}

/** Everything the Workload API says of a process's X.509 identities at one time. */
export interface X509Update {
  /** At least one; the first is the default identity (Workload API §5.3). */
  readonly svids: readonly OfferedSvid[];
  /** The trust bundles to judge peers by: that of each SVID's trust domain, and the federated ones. */
  readonly bundles: BundleSet;
}

/**
 * Reads a message of FetchX509SVID, which is always the whole state: what it leaves out is no more (Workload API §4.3).
 * @throws ClientError CLIENT_NO_SVID, CLIENT_SVID_INCOMPLETE, CLIENT_SVID_ID; PkiError for what does not parse
 */
export function parseX509Update(message: X509SVIDResponse__Output): X509Update {
  if (message.svids.length === 0) throw new ClientError('CLIENT_NO_SVID');
  const offers = message.svids.map(parseOffer);
  const federated = Object.entries(message.federated_bundles).map(([id, der]) =>
    parseBundle(TrustDomain.parse(id), der),
  );
  // The bundle that comes with an SVID stands last, so that no foreign name can replace it.
  const own = offers.map(({ svid }, index) =>
    parseBundle(svid.spiffeId.trustDomain, message.svids[index]!.bundle),
  );
  return {
    svids: Object.freeze(firstOfEachHint(offers)),
    bundles: BundleSet.of([...federated, ...own]),
  };
}

function parseOffer(offer: X509SVID__Output): OfferedSvid {
  const { spiffe_id, x509_svid, x509_svid_key, bundle, hint } = offer;
  if ([spiffe_id, x509_svid, x509_svid_key, bundle].some(({ length }) => length === 0)) {
    throw new ClientError('CLIENT_SVID_INCOMPLETE');
  }
  const svid = X509Svid.parse(x509_svid, x509_svid_key);
  if (svid.spiffeId.toString() !== spiffe_id) throw new ClientError('CLIENT_SVID_ID');
  return { svid, hint };
}

function parseBundle(trustDomain: TrustDomain, der: Uint8Array): TrustBundle {
  const x509Authorities = parseCertificates(der).map((certificate) => ({
    certificate,
    tainted: false, // the Workload API does not tell
  }));
  return TrustBundle.of({ trustDomain, x509Authorities });
}

/** Of two with one hint the first counts (Workload API §5.2). */
function firstOfEachHint(offers: readonly OfferedSvid[]): OfferedSvid[] {
  const seen = new Set<string>();
  return offers.filter(({ hint }) => {
    if (hint === '') return true;
    const isFirst = !seen.has(hint);
    seen.add(hint);
    return isFirst;
  });
}
