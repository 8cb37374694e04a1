import { TrustDomain } from '@vouchsafe/pki/trust-domain';
import { generateKeyPair } from '@vouchsafe/pki/keys/key-pair';
import { encodePem } from '@vouchsafe/pki/keys/pem';
import { mintAuthority } from '@vouchsafe/pki/x509/mint';
import { newSerialNumber } from '@vouchsafe/pki/x509/serial';
import { systemClock } from '../../runtime/clock.ts';
import { FakeCa } from './fake-ca.ts';
import { offerOf } from './workload-api.ts';

/** What a TLS peer shows, PEM. */
export interface Shown {
  readonly cert: string;
  readonly key: string;
}

interface Attack {
  readonly name: string;
  /** What the attacker shows; nothing for no certificate. */
  readonly shown: Shown | undefined;
  /** The code with which our own verifier refuses it. */
  readonly code: string;
}

const HOUR_MS = 3600 * 1000;

/** example.org, a domain it federates with, one it does not know, and peers that must not get through. */
export async function makeAttacks() {
  const ca = await FakeCa.create('example.org', systemClock);
  const federated = await FakeCa.create('foreign.org', systemClock);
  const unknown = await FakeCa.create('unknown.org', systemClock);
  const impostor = await FakeCa.create('example.org', systemClock);
  const authority = ca.authorities[0]!;
  const attacks: readonly Attack[] = [
    { name: 'no certificate', shown: undefined, code: 'CLIENT_PEER_ANONYMOUS' },
    {
      name: 'another SPIFFE ID of the trust domain',
      shown: await shownBy(ca, 'spiffe://example.org/other'),
      code: 'PKI_SPIFFE_ID_UNEXPECTED',
    },
    {
      name: 'the same path in a federated trust domain',
      shown: await shownBy(federated, 'spiffe://foreign.org/peer'),
      code: 'PKI_SPIFFE_ID_UNEXPECTED',
    },
    {
      name: "the very SPIFFE ID, signed by a federated trust domain's authority",
      shown: await shownBy(federated, 'spiffe://example.org/peer'),
      code: 'PKI_SVID_UNTRUSTED',
    },
    {
      name: 'the very SPIFFE ID, signed by an authority of the same name that is not ours',
      shown: await shownBy(impostor, 'spiffe://example.org/peer'),
      code: 'PKI_SVID_UNTRUSTED',
    },
    {
      name: 'a trust domain that is not known',
      shown: await shownBy(unknown, 'spiffe://unknown.org/peer'),
      code: 'PKI_SVID_TRUST_DOMAIN_UNKNOWN',
    },
    {
      name: 'an SVID that has expired',
      shown: await shownBy(ca, 'spiffe://example.org/peer', -5),
      code: 'PKI_SVID_EXPIRED',
    },
    {
      name: 'the authority itself as a peer',
      shown: {
        cert: encodePem('CERTIFICATE', authority.certificate.raw),
        key: authority.key.privateKey.export({ format: 'pem', type: 'pkcs8' }),
      },
      code: 'PKI_SVID_ID',
    },
    { name: 'a self-signed certificate', shown: await selfSigned(), code: 'PKI_SVID_ID' },
  ];
  return { ca, federated, attacks };
}

/** An SVID of this CA with its key; with a negative TTL one that expired that many seconds ago. */
export async function shownBy(ca: FakeCa, spiffeId: string, ttlSeconds = 3600): Promise<Shown> {
  const { x509_svid, x509_svid_key } = await offerOf(ca, { spiffeId, ttlSeconds });
  return {
    cert: encodePem('CERTIFICATE', x509_svid as Uint8Array),
    key: encodePem('PRIVATE KEY', x509_svid_key as Uint8Array),
  };
}

export async function selfSigned(): Promise<Shown> {
  const { signer, privateKey } = await generateKeyPair('ec-p256');
  const now = systemClock.now().getTime();
  const der = await mintAuthority({
    trustDomain: TrustDomain.of('example.org'),
    signer,
    notBefore: new Date(now - HOUR_MS),
    notAfter: new Date(now + HOUR_MS),
    serialNumber: newSerialNumber(),
  });
  return {
    cert: encodePem('CERTIFICATE', der),
    key: privateKey.export({ format: 'pem', type: 'pkcs8' }),
  };
}
