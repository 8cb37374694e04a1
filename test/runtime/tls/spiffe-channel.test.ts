import { credentials, status } from '@grpc/grpc-js';
import type { Client, ServiceError } from '@grpc/grpc-js';
import { once } from 'node:events';
import { createServer as createTcpServer } from 'node:net';
import type { AddressInfo, ListenOptions, Socket } from 'node:net';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import type { TLSSocket, TlsOptions } from 'node:tls';
import { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import type { Certificate } from '@vouchsafe/pki/x509/certificate';
import { verifyX509Svid } from '@vouchsafe/pki/x509/verify';
import { createClient, serviceDefinition } from '@vouchsafe/proto/services';
import t from 'tap';
import type { Test } from 'tap';
import type { Call } from '../../../runtime/rpc/call.ts';
import { Peers } from '../../../runtime/rpc/peers.ts';
import { RpcServer } from '../../../runtime/rpc/rpc-server.ts';
import { peerChain } from '../../../runtime/tls/peer-chain.ts';
import { SpiffeChannelCredentials } from '../../../runtime/tls/spiffe-channel.ts';
import type { TlsIdentity } from '../../../runtime/tls/spiffe-channel.ts';
import { systemClock } from '../../../runtime/clock.ts';
import { FakeCa } from '../../support/fake-ca.ts';
import { temporaryDirectory } from '../../support/socket-path.ts';
import { makeAttacks, shownBy } from '../../support/tls-peers.ts';
import type { Shown } from '../../support/tls-peers.ts';

const PEER = SpiffeId.parse('spiffe://example.org/peer');
const { ca, attacks } = await makeAttacks();
const own = await shownBy(ca, 'spiffe://example.org/own');
const peer = await shownBy(ca, PEER.toString());

/** A gRPC server over TLS, and what it saw of its clients. */
async function serve(t: Test, shown: Shown | undefined, more: TlsOptions & ListenOptions = {}) {
  const { host = '127.0.0.1', path, ...options } = more;
  const seen = { clients: [] as (Certificate | undefined)[], calls: 0, resumed: 0 };
  const rpc = new RpcServer<Call>({ gate: { enter: (call) => call, leave: () => undefined } });
  rpc.addService<object>(serviceDefinition('health'), {
    Check: () => {
      seen.calls++;
      return { status: 'SERVING' };
    },
  });
  const peers = new Peers<null>();
  const sockets = new Set<Socket>();
  const server = createServer({
    ALPNProtocols: ['h2'],
    ...shown,
    requestCert: true,
    rejectUnauthorized: false,
    ...options,
  });
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.on('tlsClientError', () => undefined);
  server.on('secureConnection', (socket: TLSSocket) => {
    socket.on('error', () => undefined);
    seen.clients.push(peerChain(socket)[0]);
    if (socket.isSessionReused()) seen.resumed++;
    peers.register(socket, null);
    rpc.accept(socket);
  });
  server.listen(path === undefined ? { host, port: 0 } : { path });
  await once(server, 'listening');
  t.teardown(async () => {
    server.close();
    for (const socket of sockets) socket.destroy();
    await rpc.close();
  });
  const { port } = (path === undefined ? server.address() : { port: 0 }) as AddressInfo;
  const name = host.includes(':') ? `[${host}]` : host;
  return {
    ...{ seen, server, sockets },
    target: path === undefined ? `dns:${name}:${port}` : `unix:${path}`,
  };
}

/** Trusts the peer alone, by the authorities of this CA as they are then. */
function trusting(by: FakeCa, expected = PEER): TlsIdentity['verify'] {
  return (chain) => {
    const authorities = by.authorities.map(({ certificate }) => certificate);
    const id = verifyX509Svid({
      chain,
      authorities: (of) => (of.equals(by.trustDomain) ? authorities : undefined),
      now: systemClock.now(),
    });
    if (!id.equals(expected)) throw new Error(`it is ${id.toString()}`);
  };
}

function connect(t: Test, target: string, identity: Partial<TlsIdentity> = {}) {
  const channel = new SpiffeChannelCredentials({
    present: () => ({ certificate: own.cert, key: own.key }),
    verify: trusting(ca),
    ...identity,
  });
  const client = createClient('health', target, channel, {
    'grpc.use_local_subchannel_pool': 1,
    'grpc.initial_reconnect_backoff_ms': 100,
  });
  t.teardown(() => client.close());
  const check = (): Promise<unknown> =>
    new Promise((resolve, reject) => {
      client.Check({ service: '' }, (error, answer) => {
        if (error === null) resolve(answer);
        else reject(error);
      });
    });
  return { client, check };
}

const SERVING = { status: 'SERVING' };
const refused = (details: RegExp) => ({ code: status.UNAVAILABLE, details });

t.test('mutual TLS, wherever the server is', async (t) => {
  const rows: readonly (readonly [string, ListenOptions])[] = [
    ['an IPv4 address', { host: '127.0.0.1' }],
    ['an IPv6 address', { host: '::1' }],
    ['a name', { host: 'localhost' }],
    ['a Unix socket', { path: join(temporaryDirectory(t), 's') }],
  ];
  for (const [name, options] of rows) {
    await t.test(name, async (t) => {
      const { target, seen } = await serve(t, peer, options);
      t.match(await connect(t, target).check(), SERVING);
      t.match(seen.clients, [{ uriNames: ['spiffe://example.org/own'] }]);
    });
  }
});

t.test('who shows nothing is nobody, and is told whom it reached', async (t) => {
  const { target, seen } = await serve(t, peer);
  t.match(await connect(t, target, { present: () => undefined }).check(), SERVING);
  t.strictSame(seen.clients, [undefined]);
});

for (const { name, shown } of attacks) {
  // A TLS server without a certificate does not get through a handshake.
  t.test(`T-13: T-21: the server is refused that shows ${name}`, async (t) => {
    const { target, seen } = await serve(t, shown);
    await t.rejects(connect(t, target).check(), refused(/./));
    t.equal(seen.calls, 0, 'it hears nothing of the call');
  });
}

t.test('the reason is the verifier’s own', async (t) => {
  const { target, sockets } = await serve(t, peer);
  const verify = (): never => {
    throw new Error('I do not like it');
  };
  await t.rejects(connect(t, target, { verify }).check(), refused(/I do not like it/));
  for (const socket of sockets) await once(socket, 'close');
  t.pass('and the connection is closed');
});

t.test('what cannot be shown costs the connection, and nothing else', async (t) => {
  const { target, sockets } = await serve(t, peer);
  const rows: readonly (readonly [string, TlsIdentity['present']])[] = [
    [
      'a failure',
      () => {
        throw new Error('no key today');
      },
    ],
    ['no PEM', () => ({ certificate: 'nothing', key: own.key })],
    ['a key of another certificate', () => ({ certificate: own.cert, key: peer.key })],
  ];
  for (const [name, present] of rows) {
    await t.rejects(connect(t, target, { present }).check(), refused(/./), name);
  }
  for (const socket of sockets) await once(socket, 'close');
  t.equal(sockets.size, 0);
});

t.test('each connection shows and demands what is current', async (t) => {
  const rotating = await FakeCa.create('example.org', systemClock);
  const { target, seen, server, sockets } = await serve(
    t,
    await shownBy(rotating, PEER.toString()),
  );
  let shown = await shownBy(rotating, 'spiffe://example.org/first');
  const { check } = connect(t, target, {
    present: () => ({ certificate: shown.cert, key: shown.key }),
    verify: trusting(rotating),
  });
  const disconnect = async (): Promise<void> => {
    for (const socket of sockets) {
      socket.destroy();
      await once(socket, 'close');
    }
  };
  const untilServed = async (): Promise<void> => {
    while ((await check().catch(() => undefined)) === undefined) await new Promise(setImmediate);
  };
  t.match(await check(), SERVING);

  shown = await shownBy(rotating, 'spiffe://example.org/second');
  t.match(await check(), SERVING);
  t.equal(seen.clients.length, 1, 'what is connected stays connected');
  await disconnect();
  await untilServed();
  const names = seen.clients.map((client) => client!.uriNames[0]);
  t.strictSame(
    names.slice(0, 2),
    ['first', 'second'].map((name) => `spiffe://example.org/${name}`),
  );
  t.equal(seen.resumed, 0, 'T-13: no session is resumed: each peer is judged anew');

  await rotating.rotate();
  server.setSecureContext(await shownBy(rotating, PEER.toString()));
  await disconnect();
  await untilServed();
  t.pass('an authority that came later counts');
  rotating.authorities.shift();
  server.setSecureContext(await shownBy(rotating, PEER.toString()));
  await disconnect();
  await untilServed();
  t.pass('and so it does without the old one');
});

t.test('an authority that was taken away counts for no new connection', async (t) => {
  const rotating = await FakeCa.create('example.org', systemClock);
  const { target } = await serve(t, await shownBy(rotating, PEER.toString()));
  await rotating.rotate();
  rotating.revokeOld();
  await t.rejects(connect(t, target, { verify: trusting(rotating) }).check(), refused(/trust/));
});

t.test('servers that are none', async (t) => {
  await t.test('one that does not speak HTTP/2', async (t) => {
    const { target } = await serve(t, peer, { ALPNProtocols: undefined as never });
    await t.rejects(connect(t, target).check(), refused(/does not speak HTTP\/2/));
  });
  await t.test('one that speaks another protocol alone', async (t) => {
    const { target } = await serve(t, peer, { ALPNProtocols: ['http/1.1'] });
    await t.rejects(connect(t, target).check(), refused(/./));
  });
  await t.test('one of yesterday', async (t) => {
    const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL@SECLEVEL=0' } as const;
    const { target, seen } = await serve(t, peer, old);
    await t.rejects(connect(t, target).check(), refused(/./));
    t.strictSame(seen.clients, []);
  });
  await t.test('one that hangs up', async (t) => {
    const server = createTcpServer((socket) => socket.destroy());
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    t.teardown(() => server.close());
    const { port } = server.address() as AddressInfo;
    await t.rejects(connect(t, `dns:127.0.0.1:${port}`).check(), refused(/./));
  });
});

t.test(
  'one that never answers the handshake costs no more than the call’s own deadline',
  async (t) => {
    const sockets = new Set<Socket>();
    const server = createTcpServer((socket) => sockets.add(socket));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    t.teardown(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    const { port } = server.address() as AddressInfo;
    const { client } = connect(t, `dns:127.0.0.1:${port}`);
    const asBytes = (bytes: Buffer): Buffer => bytes;
    const error = await new Promise<ServiceError | null>((resolve) => {
      const deadline = Date.now() + 200;
      const base: Client = client;
      base.makeUnaryRequest('/a/b', asBytes, asBytes, Buffer.alloc(0), { deadline }, resolve);
    });
    t.equal(error?.code, status.DEADLINE_EXCEEDED);
  },
);

t.test('two credentials are never the same: their channels share no connection', (t) => {
  const identity: TlsIdentity = { present: () => undefined, verify: () => undefined };
  const [one, other] = [
    new SpiffeChannelCredentials(identity),
    new SpiffeChannelCredentials(identity),
  ];
  t.ok(one._equals(one));
  t.notOk(one._equals(other));
  t.notOk(one._equals(credentials.createInsecure()));
  t.ok(one._isSecure());
  t.end();
});
