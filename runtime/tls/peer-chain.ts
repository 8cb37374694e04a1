import type { X509Certificate } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import { parseCertificate } from '@vouchsafe/pki/x509/certificate';
import type { Certificate } from '@vouchsafe/pki/x509/certificate';

/** Longer chains are nobody's honest SVID, and each link costs a parse. */
const MAX_CHAIN = 10;

/**
 * The certificates the peer presented, leaf first; empty when it presented none.
 * @throws PkiError when one of them does not parse
 */
export function peerChain(socket: TLSSocket): Certificate[] {
  const chain: Certificate[] = [];
  let next: X509Certificate | undefined = socket.getPeerX509Certificate();
  while (next !== undefined && chain.length < MAX_CHAIN) {
    chain.push(parseCertificate(next.raw));
    next = next.issuerCertificate;
  }
  return chain;
}
