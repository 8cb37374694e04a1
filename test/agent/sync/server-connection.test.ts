import t from 'tap';
import type { Test } from 'tap';
import { join } from 'node:path';
import { createServer } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { tlsIdentity } from '../../../agent/node/agent-svid.ts';
import type { AgentSvid } from '../../../agent/node/agent-svid.ts';
import { ServerTrust } from '../../../agent/node/server-trust.ts';
import { STATUS } from '../../../agent/sync/call-error.ts';
import { ServerConnection } from '../../../agent/sync/server-connection.ts';
import type { Address } from '../../../runtime/address.ts';
import { systemClock } from '../../../runtime/clock.ts';
import { agentSvid } from '../../support/agent-svids.ts';
import { FakeServer, denied } from '../../support/fake-server.ts';
import type { FakeServerOptions } from '../../support/fake-server.ts';
import { temporaryDirectory } from '../../support/socket-path.ts';

const clock = systemClock;

async function serve(t: Test, options: Partial<FakeServerOptions> = {}) {
  const server = await FakeServer.start(t, { clock, ...options });
  const id = { svid: undefined as AgentSvid | undefined };
  const trust = new ServerTrust({
    trustDomain: server.ca.trustDomain,
    authorities: () => server.ca.certificates,
    clock,
  });
  const connection = connect(t, server.address, {
    present: () => id.svid && tlsIdentity(id.svid),
    verify: (chain) => trust.verify(chain),
  });
  return { server, connection, id };
}

function connect(
  t: Test,
  address: Address,
  identity: ConstructorParameters<typeof ServerConnection>[0]['identity'],
) {
  const connection = new ServerConnection({ address, identity });
  t.teardown(() => connection.close());
  return connection;
}

/** Makes the server know this SVID as that of an agent. */
async function enroll(server: FakeServer): Promise<AgentSvid> {
  const svid = await agentSvid(server.ca);
  const serial = svid.chain[0]!.serialNumber.toString();
  const agent = server.agents.get(svid.spiffeId.toString());
  if (agent === undefined)
    server.agents.set(svid.spiffeId.toString(), { serials: new Set([serial]), banned: false });
  else agent.serials.add(serial);
  return svid;
}

for (const kind of ['tcp', 'unix'] as const) {
  t.test(`calls the server over mutual TLS, by ${kind}`, async (t) => {
    const path = join(temporaryDirectory(t), 's');
    const { server, connection, id } = await serve(
      t,
      kind === 'unix' ? { address: { kind, path } } : {},
    );
    const bundle = await connection.unary('bundle', 'GetBundle', {});
    t.equal(bundle.trust_domain, 'example.org');
    const anonymous = connection.unary('agent', 'PostStatus', { agent_version: '1' });
    await t.rejects(anonymous, { code: STATUS.PERMISSION_DENIED, reason: undefined });
    id.svid = await enroll(server);
    connection.renew();
    await connection.unary('agent', 'PostStatus', { agent_version: '2' });
    t.strictSame(server.versions, ['2']);
  });
}

t.test('T-13: says so when somebody else answers, and sends nothing to them', async (t) => {
  const impostor = await FakeServer.start(t, { clock });
  const { server } = await serve(t);
  const trust = new ServerTrust({
    trustDomain: server.ca.trustDomain,
    authorities: () => server.ca.certificates,
    clock,
  });
  const connection = connect(t, impostor.address, {
    present: () => undefined,
    verify: (chain) => trust.verify(chain),
  });
  const expected = { code: 'AGENT_SERVER_UNTRUSTED', cause: { code: 'PKI_SVID_UNTRUSTED' } };
  await t.rejects(connection.unary('bundle', 'GetBundle', {}), expected);
  await t.rejects(connection.exchange('agent', 'AttestAgent').receive(), expected);
  t.strictSame(impostor.calls, []);
});

t.test('T-13: a workload of the trust domain cannot play the server', async (t) => {
  const { connection, server } = await serve(t, { path: '/web' });
  const call = connection.unary('bundle', 'GetBundle', {});
  await t.rejects(call, { code: 'AGENT_SERVER_UNTRUSTED', cause: { message: /\/web/ } });
  t.strictSame(server.calls, []);
});

t.test('a server that is away is UNAVAILABLE, and used again once it is back', async (t) => {
  const { server, connection } = await serve(t);
  await server.down();
  const away = connection.unary('bundle', 'GetBundle', {});
  await t.rejects(away, { code: STATUS.UNAVAILABLE, reason: undefined });
  await server.up();
  let answer: unknown;
  while (answer === undefined) {
    answer = await connection.unary('bundle', 'GetBundle', {}).catch(() => undefined);
    await new Promise(setImmediate);
  }
  t.match(answer, { trust_domain: 'example.org' });
});

t.test('something that is no TLS server is UNAVAILABLE', async (t) => {
  const other = createServer((socket) => socket.on('error', () => undefined).end('SSH-2.0-x\r\n'));
  t.teardown(() => other.close());
  await once(other.listen(0, '127.0.0.1'), 'listening');
  const { port } = other.address() as AddressInfo;
  const connection = connect(
    t,
    { kind: 'tcp', host: '127.0.0.1', port },
    { present: () => undefined, verify: () => undefined },
  );
  await t.rejects(connection.unary('bundle', 'GetBundle', {}), { code: STATUS.UNAVAILABLE });
});

for (const reason of ['AGENT_BANNED', 'AGENT_NOT_ATTESTED', 'AGENT_EXPIRED'] as const) {
  t.test(`tells why it was denied: ${reason}`, async (t) => {
    const { server, connection } = await serve(t);
    server.before.set('GetBundle', () => {
      throw denied(reason);
    });
    const call = connection.unary('bundle', 'GetBundle', {});
    await t.rejects(call, { code: STATUS.PERMISSION_DENIED, reason, isSuperseded: false });
  });
}

t.test(
  'F-02: a call that lost the race against a renewal is made again with the new SVID',
  async (t) => {
    const { server, connection, id } = await serve(t);
    id.svid = await enroll(server);
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    let isFirst = true;
    server.before.set('PostStatus', async () => {
      if (!isFirst) return;
      isFirst = false;
      await held;
    });
    const called = server.called('PostStatus');
    const slow = connection.unary('agent', 'PostStatus', { agent_version: 'slow' });
    await called;
    id.svid = await enroll(server);
    connection.renew();
    await connection.unary('agent', 'PostStatus', { agent_version: 'promotes the new one' });
    release();
    await slow;
    t.strictSame(server.versions, ['promotes the new one', 'slow']);
  },
);

t.test('F-21: closing ends calls that are under way', async (t) => {
  const { server, connection } = await serve(t);
  server.before.set('GetBundle', () => new Promise(() => undefined));
  server.before.set('AttestAgent', () => new Promise(() => undefined));
  const called = [server.called('GetBundle'), server.called('AttestAgent')];
  const unary = connection.unary('bundle', 'GetBundle', {});
  const exchange = connection.exchange('agent', 'AttestAgent');
  exchange.send({ params: {} });
  const answers = Promise.allSettled([unary, exchange.receive()]);
  await Promise.all(called);
  connection.close();
  t.match(await answers, [{ status: 'rejected' }, { status: 'rejected' }]);
});

t.test('a stream that is ended early is nobody’s failure', async (t) => {
  const { server, connection } = await serve(t);
  server.before.set('AttestAgent', () => new Promise(() => undefined));
  const exchange = connection.exchange('agent', 'AttestAgent');
  const called = server.called('AttestAgent');
  exchange.send({ params: {} });
  await called;
  exchange.end();
  await new Promise(setImmediate);
  t.pass('no unhandled error');
});

t.test('T-22: a chain that does not parse is no server', async (t) => {
  const { server } = await serve(t);
  const connection = connect(t, server.address, {
    present: () => undefined,
    verify: () => {
      throw new TypeError('not to be taken for a crash');
    },
  });
  await t.rejects(connection.unary('bundle', 'GetBundle', {}), { code: 'AGENT_SERVER_UNTRUSTED' });
});
