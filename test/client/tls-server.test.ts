import { once } from 'node:events';
import { createServer as createHttps, request } from 'node:https';
import { connect as connectHttp2, createSecureServer } from 'node:http2';
import type { ServerHttp2Stream } from 'node:http2';
import type { IncomingMessage } from 'node:http';
import { connect as connectTcp } from 'node:net';
import type { AddressInfo } from 'node:net';
import { connect, createServer } from 'node:tls';
import type { Server, TLSSocket, TlsOptions } from 'node:tls';
import { matchId } from '@vouchsafe/pki/matcher';
import { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import { createTlsServer, peerId } from '@vouchsafe/client/tls-server';
import t from 'tap';
import type { Test } from 'tap';
import { TestIdentity, identityOf } from '../support/test-identity.ts';
import { makeAttacks, shownBy } from '../support/tls-peers.ts';
import type { Shown } from '../support/tls-peers.ts';

const { ca, federated, attacks } = await makeAttacks();
const PEER = 'spiffe://example.org/peer';
const authorize = matchId(SpiffeId.parse(PEER));
const identity = await identityOf(ca, 'spiffe://example.org/server', [ca, federated]);
const good = await shownBy(ca, PEER);

async function listen(t: Test, server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  return (server.address() as AddressInfo).port;
}

function dial(port: number, shown: Shown | undefined, options: object = {}): TLSSocket {
  const socket = connect({
    port,
    host: '127.0.0.1',
    servername: '',
    rejectUnauthorized: false,
    ...shown,
    ...options,
  });
  return socket.on('error', () => undefined);
}

/** Starts a server that keeps what it hears, and why it refused. */
async function listening(t: Test, source: TestIdentity) {
  const heard: string[] = [];
  const refusals: unknown[] = [];
  let connections = 0;
  const server = createTlsServer(source, {
    authorize,
    create: (options) => createServer(options),
    onRefused: (error) => refusals.push(error),
  });
  server.on('secureConnection', (socket) => {
    connections++;
    socket.on('data', (data) => heard.push(String(data)));
    socket.end(String(peerId(socket)));
  });
  const port = await listen(t, server);
  return { server, port, heard, refusals, connections: () => connections };
}

for (const { name, shown, code } of attacks) {
  t.test(`WAPI-11 a client with ${name} never gets a byte through`, async (t) => {
    const { port, heard, refusals, connections } = await listening(t, new TestIdentity(identity));
    const socket = dial(port, shown);
    const got: string[] = [];
    socket.on('data', (data) => got.push(String(data))).write('attack');
    await once(socket, 'close');
    t.match(refusals, [{ code }]);
    t.same(heard, []);
    t.equal(connections(), 0);
    t.same(got, []);
  });
}

t.test('an expected client is let in, and known', async (t) => {
  const { port, refusals } = await listening(t, new TestIdentity(identity));
  const [data] = (await once(dial(port, good), 'data')) as [Buffer];
  t.equal(String(data), PEER);
  t.same(refusals, []);
});

t.test('HTTPS: a client that is refused reaches no handler', async (t) => {
  let requests = 0;
  const server = createTlsServer(new TestIdentity(identity), {
    authorize,
    create: (options) => createHttps(options, (_, response) => void response.end(`${++requests}`)),
  });
  const port = await listen(t, server);
  const options = { port, host: '127.0.0.1', rejectUnauthorized: false, agent: false };
  for (const { shown } of attacks) {
    await t.rejects(once(request({ ...options, ...shown }).end('attack'), 'response'));
  }
  t.equal(requests, 0);
  const [response] = (await once(request({ ...options, ...good }).end(), 'response')) as [
    IncomingMessage,
  ];
  t.equal(response.statusCode, 200);
  response.resume();
});

t.test('HTTP/2: a client that is refused reaches no handler', async (t) => {
  const streams: unknown[] = [];
  const server = createTlsServer(new TestIdentity(identity), {
    authorize,
    create: (options) => createSecureServer(options),
  });
  server.on('stream', (stream: ServerHttp2Stream) => {
    streams.push(stream);
    stream.respond({ ':status': 200 }, { endStream: true });
  });
  const port = await listen(t, server);
  const options = { rejectUnauthorized: false };
  for (const { shown } of attacks) {
    const session = connectHttp2(`https://127.0.0.1:${port}`, { ...options, ...shown });
    session
      .on('error', () => undefined)
      .request()
      .on('error', () => undefined);
    await once(session, 'close');
  }
  t.same(streams, []);
  const session = connectHttp2(`https://127.0.0.1:${port}`, { ...options, ...good });
  await once(session.request(), 'response');
  t.equal(streams.length, 1);
  session.destroy();
});

t.test('the next connection is shown a renewed SVID, and judged by the new bundle', async (t) => {
  const source = new TestIdentity(identity);
  const { port, refusals } = await listening(t, source);
  const shownTo = async (client: Shown): Promise<string> => {
    const socket = dial(port, client);
    await once(socket, 'secureConnect');
    const { serialNumber } = socket.getPeerX509Certificate()!;
    socket.resume();
    await once(socket, 'close');
    return serialNumber;
  };
  const renewed = await identityOf(ca, 'spiffe://example.org/server', [ca]);
  const before = await shownTo(good);
  source.renew(renewed);
  const after = await shownTo(good);
  t.not(before, after);
  t.equal(BigInt(`0x${after}`), renewed.svid.leaf.serialNumber);
  t.same(refusals, []);
  source.renew(await identityOf(federated, 'spiffe://foreign.org/server'));
  await shownTo(good);
  t.match(refusals, [{ code: 'PKI_SVID_TRUST_DOMAIN_UNKNOWN' }]);
});

t.test('while the source has no identity nobody is let in', async (t) => {
  const source = new TestIdentity(identity);
  const { port, refusals, connections } = await listening(t, source);
  source.lose();
  await once(dial(port, good).resume(), 'close');
  t.equal(refusals.length, 1);
  t.equal(connections(), 0);
});

for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
  t.test(`${version}: no session is resumed`, async (t) => {
    const { port } = await listening(t, new TestIdentity(identity));
    const options = { minVersion: version, maxVersion: version };
    const first = dial(port, good, options);
    const sessions: Buffer[] = [];
    first.on('session', (session) => sessions.push(session)).resume();
    await once(first, 'close');
    const second = dial(port, good, { ...options, session: sessions.at(-1) ?? first.getSession() });
    await once(second, 'secureConnect');
    t.equal(second.isSessionReused(), false);
    await once(second.resume(), 'close');
  });
}

t.test('an authorizer that returns a promise opens nothing', async (t) => {
  const server = createTlsServer(new TestIdentity(identity), {
    authorize: (() => Promise.resolve(true)) as never,
    create: (options) => createServer(options, () => t.fail('let in')),
  });
  const port = await listen(t, server);
  await once(dial(port, good).resume(), 'close');
  t.pass('closed');
});

t.test('a closed server follows its source no more', async (t) => {
  const source = new TestIdentity(identity);
  const { server } = await listening(t, source);
  t.equal(source.subscribers, 1);
  server.close();
  await once(server, 'close');
  t.equal(source.subscribers, 0);
});

const kinds: readonly (readonly [string, (options: TlsOptions) => Server])[] = [
  ['node:tls', (options) => createServer(options)],
  ['node:https', (options) => createHttps(options)],
  ['node:http2', (options) => createSecureServer(options)],
];

for (const [name, create] of kinds) {
  t.test(`a client that dawdles over the handshake is cut off by ${name} too`, async (t) => {
    const server = createTlsServer(new TestIdentity(identity), {
      authorize,
      create: (options) => create({ ...options, handshakeTimeout: 200 }),
    });
    const socket = connectTcp(await listen(t, server), '127.0.0.1');
    socket.on('error', () => undefined).resume();
    await once(socket, 'close');
    t.pass();
  });
}

t.test('a client does not become another on a connection that stands', async (t) => {
  const server = createTlsServer(new TestIdentity(identity), {
    authorize,
    create: (options) => createServer(options, (socket) => socket.write(String(peerId(socket)))),
  });
  const socket = dial(await listen(t, server), good, { maxVersion: 'TLSv1.2' });
  t.teardown(() => socket.destroy());
  t.same(String(await once(socket, 'data')), PEER);
  const refused = await new Promise<Error | null>((resolve) => {
    socket.once('error', resolve);
    socket.renegotiate({}, (error) => resolve(error));
  });
  t.match(refused, { code: /NO_RENEGOTIATION/ });
});
