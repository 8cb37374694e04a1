import { once } from 'node:events';
import { createServer as createHttps, request } from 'node:https';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect, createServer } from 'node:tls';
import type { TLSSocket } from 'node:tls';
import { matchId } from '@vouchsafe/pki/matcher';
import { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import { SpiffeAgent, tlsClientOptions } from '@vouchsafe/client/tls-client';
import t from 'tap';
import type { Test } from 'tap';
import { TestIdentity, identityOf } from '../support/test-identity.ts';
import { makeAttacks, shownBy } from '../support/tls-peers.ts';
import type { Shown } from '../support/tls-peers.ts';

const { ca, federated, attacks } = await makeAttacks();
const PEER = 'spiffe://example.org/peer';
const peer = { authorize: matchId(SpiffeId.parse(PEER)) };
const identity = await identityOf(ca, 'spiffe://example.org/client', [ca, federated]);
const good = await shownBy(ca, PEER);

/** What OpenSSL refuses already, on its pool of all authorities, under its own code. */
const REFUSED_BY_OPENSSL =
  /^(SELF_SIGNED|DEPTH_ZERO|UNABLE_TO|CERT_HAS_EXPIRED|CERT_SIGNATURE|INVALID_PURPOSE)/;

/** A server with this certificate that keeps what it hears, and whom it saw. */
async function serve(t: Test, shown: Shown | undefined) {
  const heard: string[] = [];
  const clients: (string | undefined)[] = [];
  const server = createServer({ ...shown, requestCert: true, rejectUnauthorized: false });
  server.on('secureConnection', (socket) => {
    clients.push(socket.getPeerX509Certificate()?.serialNumber);
    socket.on('data', (data) => heard.push(String(data))).on('error', () => undefined);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  return { port: (server.address() as AddressInfo).port, heard, clients, server };
}

function dial(port: number, source: TestIdentity): TLSSocket {
  return connect({ port, host: '127.0.0.1', ...tlsClientOptions(source, peer) });
}

for (const { name, shown, code } of attacks) {
  t.test(`WAPI-11 a server with ${name} never gets a byte`, async (t) => {
    const { port, heard, server } = await serve(t, shown);
    const gone = once(server, shown === undefined ? 'tlsClientError' : 'connection');
    const socket = dial(port, new TestIdentity(identity));
    socket.write('secret');
    const [error] = (await once(socket, 'error')) as [Error & { code: string }];
    if (!REFUSED_BY_OPENSSL.test(error.code) && shown !== undefined) t.equal(error.code, code);
    await gone;
    await new Promise((resolve) => server.close(resolve)); // once every connection is over
    t.same(heard, []);
  });
}

t.test('the server that was meant gets what is sent, and sees the SVID of now', async (t) => {
  const { port, clients, server } = await serve(t, good);
  const source = new TestIdentity(identity);
  for (const next of [identity, await identityOf(ca, 'spiffe://example.org/client')]) {
    source.renew(next);
    const socket = dial(port, source);
    const accepted = once(server, 'secureConnection');
    await once(socket, 'secureConnect');
    t.equal(socket.authorized, true);
    await accepted;
    t.equal(BigInt(`0x${clients.at(-1)!}`), next.svid.leaf.serialNumber);
    socket.destroy();
  }
});

t.test('without an identity there are no options', async (t) => {
  const source = new TestIdentity(identity);
  source.lose();
  t.throws(() => tlsClientOptions(source, peer));
});

t.test('SpiffeAgent', async (t) => {
  const seen: string[] = [];
  const server = createHttps(
    { ...good, requestCert: true, rejectUnauthorized: false },
    (incoming, response) => {
      seen.push((incoming.socket as TLSSocket).getPeerX509Certificate()!.serialNumber);
      response.end();
    },
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  const { port } = server.address() as AddressInfo;
  const get = async (agent: SpiffeAgent): Promise<TLSSocket> => {
    const outgoing = request({ host: '127.0.0.1', port, agent }).end();
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
    const socket = response.socket as TLSSocket;
    await response.toArray();
    return socket;
  };

  await t.test('each new connection shows the SVID of its time', async (t) => {
    const source = new TestIdentity(identity);
    const agent = new SpiffeAgent(source, { ...peer, keepAlive: false });
    const renewed = await identityOf(ca, 'spiffe://example.org/client');
    await get(agent);
    source.renew(renewed);
    const socket = await get(agent);
    t.same(
      seen.splice(0).map((serial) => BigInt(`0x${serial}`)),
      [identity.svid.leaf.serialNumber, renewed.svid.leaf.serialNumber],
    );
    t.equal(socket.isSessionReused(), false, 'Node.js would not judge a resumed session');
  });

  await t.test('a server that was not meant gets no request', async (t) => {
    const authorize = matchId(SpiffeId.parse('spiffe://example.org/another'));
    const agent = new SpiffeAgent(new TestIdentity(identity), { authorize });
    await t.rejects(get(agent), { code: 'PKI_SPIFFE_ID_UNEXPECTED' });
    t.same(seen, []);
  });

  await t.test('a matcher cannot be replaced by options of a request', async (t) => {
    const authorize = matchId(SpiffeId.parse('spiffe://example.org/another'));
    const agent = new SpiffeAgent(new TestIdentity(identity), { authorize });
    const open = { rejectUnauthorized: false, checkServerIdentity: () => undefined };
    const outgoing = request({ host: '127.0.0.1', port, agent, ...open }).end('secret');
    await t.rejects(once(outgoing, 'response'), { code: 'PKI_SPIFFE_ID_UNEXPECTED' });
    t.same(seen, []);
  });

  await t.test('without an identity a request fails, and the process goes on', async (t) => {
    const source = new TestIdentity(identity);
    source.lose();
    await t.rejects(get(new SpiffeAgent(source, peer)), { message: 'there is no identity' });
  });
});
