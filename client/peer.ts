import type { X509Certificate } from 'node:crypto';
import type { DetailedPeerCertificate, TLSSocket } from 'node:tls';
import { checkSpiffeId } from '@vouchsafe/pki/matcher';
import type { SpiffeIdMatcher } from '@vouchsafe/pki/matcher';
import type { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import { parseCertificate } from '@vouchsafe/pki/x509/certificate';
import type { Certificate } from '@vouchsafe/pki/x509/certificate';
import { verifyX509Svid } from '@vouchsafe/pki/x509/verify';
import { ClientError } from './errors.ts';
import type { X509Identity } from './x509-source.ts';

/** Longer chains are nobody's honest SVID, and each link costs a parse. */
const MAX_CHAIN = 10;

/** Where identities come from: an X509Source, or what stands in for one. */
export interface IdentitySource {
  /** The newest identity; throws while there is none. */
  readonly identity: X509Identity;
  subscribe(subscriber: (identity: X509Identity) => void): () => void;
}

/** Whom to talk to. */
export interface PeerOptions {
  /** Says by SPIFFE ID whether a verified peer is the one that was meant; see `@vouchsafe/pki/matcher`. */
  readonly authorize: SpiffeIdMatcher;
}

/**
 * The SPIFFE ID of a peer that is proven by the bundle of its own trust domain (Workload API §4.4) and authorized.
 * @throws ClientError CLIENT_PEER_ANONYMOUS, CLIENT_NO_IDENTITY, CLIENT_CLOSED; PkiError PKI_SVID_*,
 * PKI_SPIFFE_ID_UNEXPECTED, and those of certificates that do not parse
 */
export function checkPeer(
  chain: readonly Certificate[],
  source: IdentitySource,
  { authorize }: PeerOptions,
): SpiffeId {
  if (chain.length === 0) throw new ClientError('CLIENT_PEER_ANONYMOUS');
  const { bundles } = source.identity;
  const id = verifyX509Svid({ chain, authorities: bundles.x509Authorities, now: new Date() });
  checkSpiffeId(id, authorize);
  return id;
}

/** The certificates that the other end of a connection presented, leaf first. @throws PkiError */
export function chainOfSocket(socket: TLSSocket): readonly Certificate[] {
  const chain: Certificate[] = [];
  let next: X509Certificate | undefined = socket.getPeerX509Certificate();
  while (next !== undefined && chain.length < MAX_CHAIN) {
    chain.push(parseCertificate(next.raw));
    next = next.issuerCertificate;
  }
  return chain;
}

/** The same of what `checkServerIdentity` is given, in which a root is its own issuer. @throws PkiError */
export function chainOfDetails(details: DetailedPeerCertificate): readonly Certificate[] {
  const chain: Certificate[] = [];
  let next: Partial<DetailedPeerCertificate> | undefined = details;
  while (next?.raw !== undefined && chain.length < MAX_CHAIN) {
    chain.push(parseCertificate(next.raw));
    const { issuerCertificate }: Partial<DetailedPeerCertificate> = next;
    next = issuerCertificate === next ? undefined : issuerCertificate;
  }
  return chain;
}
