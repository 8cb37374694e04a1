import { once } from 'node:events';
import { chmodSync, lstatSync } from 'node:fs';
import { createServer, connect as connectTcp } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import { connect } from 'node:tls';
import type { ConnectionOptions, TLSSocket } from 'node:tls';
import { TrustBundle } from '@vouchsafe/pki/bundle/trust-bundle';
import { encodePem } from '@vouchsafe/pki/keys/pem';
import type { TrustDomain } from '@vouchsafe/pki/trust-domain';
import t from 'tap';
import type { Test } from 'tap';
import { systemClock } from '../../../runtime/clock.ts';
import { Peers } from '../../../runtime/rpc/peers.ts';
import type { Caller } from '../../../server/api/caller.ts';
import type { ServerIdentity } from '../../../server/ca/server-svid.ts';
import { TlsPort } from '../../../server/endpoints/tls-port.ts';
import type { TlsPortLimits } from '../../../server/endpoints/tls-port.ts';
import { captureLog } from '../../support/capture-log.ts';
import { FakeCa } from '../../support/fake-ca.ts';
import { TRUST_DOMAIN } from '../../support/server-entries.ts';
import { roleBook } from '../../support/roles.ts';
import { temporaryDirectory } from '../../support/socket-path.ts';
import { selfSigned, shownBy } from '../../support/tls-peers.ts';
import type { Shown } from '../../support/tls-peers.ts';

const ca = await FakeCa.create('example.org', systemClock);
const federated = await FakeCa.create('foreign.org', systemClock);
const unknown = await FakeCa.create('unknown.org', systemClock);
const impostor = await FakeCa.create('example.org', systemClock);
const agent = await shownBy(ca, 'spiffe://example.org/spire/agent/join_token/one');

const bundles = [ca, federated].map(({ trustDomain, certificates }) =>
  TrustBundle.of({
    trustDomain,
    x509Authorities: certificates.map((certificate) => ({ certificate, tainted: false })),
  }),
);
const registry = {
  findBundle: (domain: TrustDomain) =>
    bundles.find(({ trustDomain }) => trustDomain.equals(domain)),
};

/** The server's own X509-SVID, renewed when the test says so. */
class TestSvid {
  readonly #listeners: ((identity: ServerIdentity) => void)[] = [];

  subscribe(listener: (identity: ServerIdentity) => void): void {
    this.#listeners.push(listener);
  }

  async renew(): Promise<void> {
    const { cert, key } = await shownBy(ca, 'spiffe://example.org/spire/server');
    for (const listener of this.#listeners) listener({ certificate: cert, key });
  }
}

/** A port that greets whom it lets in. */
async function openPort(t: Test, limits?: TlsPortLimits) {
  const { log, records } = captureLog();
  const peers = new Peers<Caller>();
  const svid = new TestSvid();
  const admitted = new Set<Socket>();
  const port = new TlsPort({
    trustDomain: TRUST_DOMAIN,
    svid,
    registry,
    roles: roleBook(),
    peers,
    rpc: {
      accept: (socket) => {
        admitted.add(socket as Socket);
        socket.write('welcome');
        socket.on('data', (data: Buffer) => socket.write(data));
      },
    },
    clock: systemClock,
    log,
    ...(limits === undefined ? {} : { limits }),
  });
  await svid.renew();
  const address = await port.listen({ kind: 'tcp', host: '127.0.0.1', port: 0 });
  if (address.kind !== 'tcp') throw new TypeError('not a TCP port');
  t.teardown(() => {
    port.close();
    for (const socket of admitted) socket.destroy();
  });
  return { port: address.port, peers, svid, records, admitted };
}

function newClient(t: Test, port: number, options: ConnectionOptions = {}): TLSSocket {
  const client = connect({
    host: '127.0.0.1',
    port,
    rejectUnauthorized: false,
    ALPNProtocols: ['h2'],
    ...options,
  });
  t.teardown(() => client.destroy());
  client.on('error', () => undefined);
  return client;
}

/** Resolves once the server, whatever it said, has closed the connection. */
function closed(client: Socket): Promise<void> {
  client.resume();
  return new Promise((resolve) => client.once('close', () => resolve()));
}

/** The first that the server says, or nothing when it closes the connection before that. */
function answerTo(client: Socket): Promise<string> {
  return new Promise((resolve) => {
    client.once('data', (chunk) => resolve(String(chunk)));
    client.once('close', () => resolve(''));
  });
}

t.test('an agent is who its X509-SVID says', async (t) => {
  const { port, peers } = await openPort(t);
  t.equal(await answerTo(newClient(t, port, { ...agent })), 'welcome');
  t.match(
    [...peers.values()],
    [
      {
        kind: 'x509',
        id: { path: '/spire/agent/join_token/one' },
        address: /^127\.0\.0\.1:\d+$/,
      },
    ],
  );
});

t.test('who shows nothing is nobody', async (t) => {
  const { port, peers } = await openPort(t);
  const client = newClient(t, port);
  t.equal(await answerTo(client), 'welcome');
  t.match([...peers.values()], [{ kind: 'anonymous' }]);
  client.destroy();
  while (peers.size > 0) await new Promise(setImmediate);
});

const shownByAuthority = ({ authorities: [authority] }: FakeCa): Shown => ({
  cert: encodePem('CERTIFICATE', authority!.certificate.raw),
  key: authority!.key.privateKey.export({ format: 'pem', type: 'pkcs8' }),
});
const AGENT = 'spiffe://example.org/spire/agent/join_token/one';
const attacks: readonly (readonly [string, Shown, RegExp])[] = [
  [
    'an SVID of a federated trust domain',
    await shownBy(federated, 'spiffe://foreign.org/spire/agent/join_token/one'),
    /is not of this trust domain/,
  ],
  [
    'an SVID of a trust domain that nobody knows',
    await shownBy(unknown, 'spiffe://unknown.org/spire/agent/join_token/one'),
    /trust domain/,
  ],
  [
    "the agent's own ID, signed by a federated authority",
    await shownBy(federated, AGENT),
    /stands behind/,
  ],
  [
    "the agent's own ID, signed by one of the same name",
    await shownBy(impostor, AGENT),
    /stands behind/,
  ],
  ['a self-signed certificate of the trust domain', await selfSigned(), /./],
  ['an SVID that has expired', await shownBy(ca, AGENT, -5), /expired/],
  ['the authority itself', shownByAuthority(ca), /./],
];

for (const [name, shown, error] of attacks) {
  for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
    t.test(`${name} gets not a byte over ${version} (T-21)`, async (t) => {
      const { port, peers, records, admitted } = await openPort(t);
      const versions = { minVersion: version, maxVersion: version };
      t.equal(await answerTo(newClient(t, port, { ...shown, ...versions })), '');
      t.equal(admitted.size, 0);
      t.equal(peers.size, 0);
      const refusals = records.filter(({ level }) => level === 'warn');
      t.match(refusals, [
        { msg: 'Connection refused', caller_address: /^127/, error: { message: error } },
      ]);
      t.equal(await answerTo(newClient(t, port, { ...agent })), 'welcome', 'others do');
    });
  }
}

t.test('a certificate shown with the key of another', async (t) => {
  const { port, admitted } = await openPort(t);
  const { key } = await shownBy(ca, AGENT);
  t.throws(() => newClient(t, port, { cert: agent.cert, key }), { code: /KEY_VALUES_MISMATCH/ });
  t.equal(admitted.size, 0);
});

const noise: readonly (readonly [string, string | Buffer])[] = [
  ['HTTP', 'GET / HTTP/1.1\r\nHost: x\r\n\r\n'],
  ['HTTP/2 without TLS', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  ['zeros', Buffer.alloc(4096)],
  ['a TLS record of an impossible length', Buffer.from('160301ffff0100', 'hex')],
];

for (const [name, bytes] of noise) {
  t.test(`${name} on the port is cut off`, async (t) => {
    const { port, records, admitted } = await openPort(t);
    const client = connectTcp(port, '127.0.0.1');
    t.teardown(() => client.destroy());
    client.on('error', () => undefined);
    client.write(bytes);
    await closed(client);
    t.equal(admitted.size, 0);
    t.strictSame(
      records.map(({ level, msg }) => `${level} ${msg}`),
      ['debug TLS handshake failed'],
      'and is not worth more than a debug line',
    );
    t.equal(await answerTo(newClient(t, port, { ...agent })), 'welcome');
  });
}

t.test('TLS before 1.2 is refused, also after the certificate was replaced', async (t) => {
  const { port, svid, admitted } = await openPort(t);
  for (let renewals = 0; renewals < 2; renewals++) {
    for (const version of ['TLSv1', 'TLSv1.1'] as const) {
      const client = newClient(t, port, {
        minVersion: version,
        maxVersion: version,
        ciphers: 'DEFAULT@SECLEVEL=0',
      });
      const [error] = (await once(client, 'error')) as [Error & { code: string }];
      t.match(error.code, /ALERT_PROTOCOL_VERSION/, version);
    }
    await svid.renew();
  }
  t.equal(admitted.size, 0);
});

t.test('a client that does not say h2 is refused', async (t) => {
  const { port, admitted } = await openPort(t);
  for (const ALPNProtocols of [[], ['http/1.1'], ['http/1.1', 'h3']]) {
    t.equal(await answerTo(newClient(t, port, { ...agent, ALPNProtocols })), '');
  }
  t.equal(admitted.size, 0);
});

for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
  t.test(`no session of ${version} is ever resumed: each is judged anew (T-13)`, async (t) => {
    const { port, svid } = await openPort(t);
    const versions = { minVersion: version, maxVersion: version };
    const sessions: Buffer[] = [];
    for (let round = 0; round < 3; round++) {
      const session = sessions.at(-1);
      const resuming = session === undefined ? {} : { session };
      const client = newClient(t, port, { ...agent, ...versions, ...resuming });
      client.on('session', (ticket: Buffer) => sessions.push(ticket));
      t.equal(await answerTo(client), 'welcome');
      t.equal(client.isSessionReused(), false);
      if (version === 'TLSv1.2') t.equal(client.getTLSTicket(), undefined, 'there is no ticket');
      const own = client.getSession();
      if (own !== undefined) sessions.push(own);
      if (round === 1) await svid.renew();
    }
    t.ok(sessions.length > 0, 'it was tried');
  });
}

t.test(
  'nobody becomes somebody else on a connection that stands: TLS 1.2 is not renegotiated',
  async (t) => {
    const { port, svid } = await openPort(t);
    for (let renewals = 0; renewals < 2; renewals++) {
      const client = newClient(t, port, { ...agent, maxVersion: 'TLSv1.2' });
      t.equal(await answerTo(client), 'welcome');
      const refused = await new Promise<Error | null>((resolve) => {
        client.once('error', resolve);
        client.renegotiate({}, (error) => resolve(error));
      });
      t.match(refused, { code: /NO_RENEGOTIATION/ });
      await svid.renew();
    }
  },
);

t.test('who dawdles over the handshake is cut off (T-24)', { timeout: 20_000 }, async (t) => {
  const { port, admitted } = await openPort(t, { handshakeMs: 200, connections: 100 });
  const beginnings = [
    Buffer.alloc(0),
    Buffer.from('16', 'hex'),
    Buffer.from('1603010200010001fc0303', 'hex'),
  ];
  for (const beginning of beginnings) {
    const client = connectTcp(port, '127.0.0.1');
    t.teardown(() => client.destroy());
    client.on('error', () => undefined);
    client.write(beginning);
    await closed(client);
  }
  t.equal(admitted.size, 0);
  t.equal(await answerTo(newClient(t, port, { ...agent })), 'welcome');
});

t.test('connections that stand see nothing of a new certificate, new ones see it', async (t) => {
  const { port, svid } = await openPort(t);
  const old = newClient(t, port, { ...agent });
  t.equal(await answerTo(old), 'welcome');
  const before = old.getPeerX509Certificate()!.serialNumber;
  await svid.renew();
  old.write('still here');
  t.equal(await answerTo(old), 'still here');
  const fresh = newClient(t, port, { ...agent });
  t.equal(await answerTo(fresh), 'welcome');
  t.not(fresh.getPeerX509Certificate()!.serialNumber, before);
});

t.test('connections are bounded, and there is room again', async (t) => {
  const { port, admitted } = await openPort(t, { handshakeMs: 10_000, connections: 2 });
  const [first, second] = [newClient(t, port), newClient(t, port, { ...agent })];
  t.equal(await answerTo(first), 'welcome');
  t.equal(await answerTo(second), 'welcome');
  t.equal(await answerTo(newClient(t, port, { ...agent })), '');
  t.equal(admitted.size, 2);
  const ended = Promise.all([...admitted].map((socket) => once(socket, 'close')));
  first.destroy();
  second.destroy();
  await ended;
  t.equal(await answerTo(newClient(t, port, { ...agent })), 'welcome');
});

t.test('a port that is taken is told by its name', async (t) => {
  const other = createServer().listen(0, '127.0.0.1');
  t.teardown(() => other.close());
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const { log } = captureLog();
  const peers = new Peers<Caller>();
  const rpc = { accept: () => undefined };
  const common = { trustDomain: TRUST_DOMAIN, roles: roleBook(), registry, peers, rpc, log };
  const deps = { ...common, svid: new TestSvid() };
  const tlsPort = new TlsPort({ ...deps, clock: systemClock });
  await t.rejects(tlsPort.listen({ kind: 'tcp', host: '127.0.0.1', port }), {
    code: 'ADDRESS_UNAVAILABLE',
    message: new RegExp(`127\\.0\\.0\\.1:${port}.*EADDRINUSE`),
  });
  tlsPort.close();
});

t.test('on a Unix socket the handshake decides just the same', async (t) => {
  const path = join(temporaryDirectory(t), 'public', 'server.sock');
  const { log } = captureLog();
  const peers = new Peers<Caller>();
  const svid = new TestSvid();
  const rpc = {
    accept: (socket: { write(text: string): unknown }) => void socket.write('welcome'),
  };
  const common = { trustDomain: TRUST_DOMAIN, roles: roleBook(), registry, peers, rpc, log };
  const deps = { ...common, svid, clock: systemClock };
  const port = new TlsPort(deps);
  t.teardown(() => port.close());
  await svid.renew();
  await port.listen({ kind: 'unix', path });
  t.equal(lstatSync(path).mode & 0o777, 0o777);
  const options = { rejectUnauthorized: false, ALPNProtocols: ['h2'], path };
  for (const [shown, answer] of [
    [agent, 'welcome'],
    [await shownBy(impostor, AGENT), ''],
  ] as const) {
    const client = connect({ ...options, ...shown });
    t.teardown(() => client.destroy());
    client.on('error', () => undefined);
    t.equal(await answerTo(client), answer);
  }
  t.match([...peers.values()], [{ kind: 'x509', address: 'unix' }]);

  chmodSync(join(path, '..'), 0o777);
  const another = new TlsPort(deps);
  await t.rejects(another.listen({ kind: 'unix', path }), { code: 'DIRECTORY_UNSAFE' });
});
