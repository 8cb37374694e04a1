import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createServer } from 'node:tls';
import type { TLSSocket } from 'node:tls';
import { encodePem, parsePem } from '@vouchsafe/pki/keys/pem';
import { parseCertificate } from '@vouchsafe/pki/x509/certificate';
import t from 'tap';
import type { Test } from 'tap';
import { systemClock } from '../../../runtime/clock.ts';
import { peerChain } from '../../../runtime/tls/peer-chain.ts';
import { FakeCa } from '../../support/fake-ca.ts';
import { shownBy } from '../../support/tls-peers.ts';
import type { Shown } from '../../support/tls-peers.ts';

const ca = await FakeCa.create('example.org', systemClock);
const root = ca.certificates[0]!;
const shown = await shownBy(ca, 'spiffe://example.org/peer');
const leaf = parseCertificate(parsePem(shown.cert, 'CERTIFICATE')[0]!);
const rootPem = encodePem('CERTIFICATE', root.raw);

/** What a server sees of a client that shows this. */
async function seen(t: Test, client: Partial<Shown>): Promise<TLSSocket> {
  const server = createServer({ ...shown, requestCert: true, rejectUnauthorized: false });
  server.listen(0, '127.0.0.1');
  t.teardown(() => server.close());
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const socket = connect({ ...client, port, host: '127.0.0.1', rejectUnauthorized: false });
  t.teardown(() => socket.destroy());
  const [peer] = (await once(server, 'secureConnection')) as [TLSSocket];
  peer.on('error', () => undefined);
  return peer;
}

t.test('nothing, where nothing was shown', async (t) => {
  t.strictSame(peerChain(await seen(t, {})), []);
});

t.test('the leaf alone', async (t) => {
  const chain = peerChain(await seen(t, shown));
  t.equal(chain.length, 1);
  t.ok(chain[0]!.equals(leaf));
});

t.test('leaf first, then what it was shown with, each once', async (t) => {
  const chain = peerChain(await seen(t, { ...shown, cert: shown.cert + rootPem }));
  t.equal(chain.length, 2);
  t.ok(chain[0]!.equals(leaf));
  t.ok(chain[1]!.equals(root));
});

t.test('T-22: no more than ten of very many', async (t) => {
  const chain = peerChain(await seen(t, { ...shown, cert: shown.cert + rootPem.repeat(50) }));
  t.ok(chain.length <= 10, String(chain.length));
  t.ok(chain[0]!.equals(leaf));
});

t.test('a self-signed certificate is a chain of one', async (t) => {
  const { key } = ca.authorities[0]!;
  const pem = key.privateKey.export({ format: 'pem', type: 'pkcs8' });
  const chain = peerChain(await seen(t, { cert: rootPem, key: pem }));
  t.equal(chain.length, 1);
});
