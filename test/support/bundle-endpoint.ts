import { once } from 'node:events';
import { createServer } from 'node:https';
import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { encodeSpiffeBundleJson } from '@vouchsafe/pki/bundle/spiffe-bundle-json';
import { TrustBundle } from '@vouchsafe/pki/bundle/trust-bundle';
import { generateKeyPair } from '@vouchsafe/pki/keys/key-pair';
import { encodePem } from '@vouchsafe/pki/keys/pem';
import { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import { mintX509Svid } from '@vouchsafe/pki/x509/mint';
import { newSerialNumber } from '@vouchsafe/pki/x509/serial';
import { systemClock } from '../../runtime/clock.ts';
import type { FakeCa } from './fake-ca.ts';
import type { Shown } from './tls-peers.ts';

interface Teardown {
  teardown(cleanUp: () => void): unknown;
}

const HOUR_MS = 3_600_000;

/** An HTTPS server with this certificate, on `127.0.0.1:PORT`. Returns its port. */
export async function bundleEndpoint(
  t: Teardown,
  { cert, key }: Shown,
  answer: RequestListener,
): Promise<number> {
  const server = createServer({ cert, key }, answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** A certificate for `localhost` as the Web PKI has them; its root is the CA's. */
export async function webCertificate(ca: FakeCa): Promise<Shown> {
  const { publicKeyInfo, privateKey } = await generateKeyPair('ec-p256');
  const { certificate, key } = ca.authorities.at(-1)!;
  const now = systemClock.now().getTime();
  const der = await mintX509Svid({
    spiffeId: SpiffeId.parse(`spiffe://${ca.trustDomain.name}/web`),
    publicKeyInfo,
    issuer: { certificate, signer: key.signer },
    dnsNames: ['localhost'],
    notBefore: new Date(now - HOUR_MS),
    notAfter: new Date(now + HOUR_MS),
    serialNumber: newSerialNumber(),
  });
  return {
    cert: encodePem('CERTIFICATE', der),
    key: privateKey.export({ format: 'pem', type: 'pkcs8' }),
  };
}

/** What the endpoint of this trust domain serves. */
export function documentOf(ca: FakeCa, sequenceNumber = 1n): Uint8Array {
  const x509Authorities = ca.certificates.map((certificate) => ({ certificate, tainted: false }));
  const { trustDomain } = ca;
  return encodeSpiffeBundleJson(TrustBundle.of({ trustDomain, x509Authorities, sequenceNumber }));
}
