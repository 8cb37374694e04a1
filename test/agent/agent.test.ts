import t from 'tap';
import { status } from '@grpc/grpc-js';
import { existsSync, lstatSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseCertificates } from '@vouchsafe/pki/x509/certificate';
import { systemClock } from '../../runtime/clock.ts';
import { FakeCa } from '../support/fake-ca.ts';
import { TOKEN, startAdmittingServer, startTestAgent } from '../support/test-agent.ts';

// Most of the time is spent waiting for the next sync.
t.jobs = 4;

const NO_IDENTITY = { code: status.PERMISSION_DENIED, details: 'no identity issued' };

t.test('joins, syncs, and serves the workloads of this node', async (t) => {
  const server = await startAdmittingServer(t);
  server.put({ id: 'a' });
  const { client, agent, config, captured } = await startTestAgent(t, { server, settings: TOKEN });
  t.strictSame(server.calls.slice(0, 4), [
    'AttestAgent',
    'GetBundle',
    'SyncAuthorizedEntries',
    'GetBundle',
  ]);
  const { svids } = await client().stream('FetchX509SVID').next();
  t.strictSame(
    svids.map(({ spiffe_id }) => spiffe_id),
    ['spiffe://example.org/a'],
  );
  const jwt = await client().unary('FetchJWTSVID', { audience: ['x'] });
  const { svid } = jwt.svids[0]!;
  const valid = await client().unary('ValidateJWTSVID', { audience: 'x', svid });
  t.equal(valid.spiffe_id, 'spiffe://example.org/a');
  t.equal(lstatSync(config.data_dir).mode & 0o777, 0o700, 'T-05: nobody else looks into it');
  t.strictSame(server.versions, [
    (JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }).version,
  ]);
  await agent.close();
  await agent.close();
  await agent.ended;
  t.notOk(existsSync(config.socket_path));
  const state = readFileSync(join(config.data_dir, 'agent-state.json'), 'utf8');
  const { svid: own } = JSON.parse(state) as { svid: { key: string } };
  t.notOk(captured.text().includes(own.key.slice(-40)), 'T-27');
  t.notOk(captured.text().includes(svid.split('.')[2]!), 'T-27');
});

t.test('F-02: F-11: a restart needs no token, and no trust bundle', async (t) => {
  const server = await startAdmittingServer(t);
  server.put({ id: 'a' });
  const first = await startTestAgent(t, { server, settings: TOKEN });
  await first.agent.close();
  const { directory } = first;
  const settings = { trust_bundle_path: undefined };
  const { agent, config } = await startTestAgent(t, { server, directory, settings });
  t.equal(server.count('AttestAgent'), 1);
  await first.client().stream('FetchX509SVID').next();
  await agent.close();
  t.strictSame(readdirSync(config.data_dir), ['agent-state.json']);
});

t.test(
  'WEP-12: listens before it has joined, and takes its time when the server is away',
  async (t) => {
    const server = await startAdmittingServer(t);
    server.put({ id: 'a' });
    await server.down();
    const { client, agent, captured } = await startTestAgent(t, { server, settings: TOKEN });
    t.match(
      captured.records.map(({ msg }) => msg),
      ['Workload API listens', 'Cannot attest yet'],
    );
    const stream = client().stream('FetchX509SVID');
    const message = stream.next();
    await server.up();
    t.equal((await message).svids.length, 1, 'who came early is served as soon as it has');
    await agent.close();
  },
);

t.test(
  'F-12: STR-10: restarted while the server is away, it comes up and waits for it',
  async (t) => {
    const server = await startAdmittingServer(t);
    server.put({ id: 'a' });
    const first = await startTestAgent(t, { server, settings: TOKEN });
    await first.agent.close();
    await server.down();
    const startedAt = performance.now();
    const { client } = await startTestAgent(t, { server, directory: first.directory });
    t.ok(performance.now() - startedAt < 2000);
    const message = client().stream('FetchX509SVID').next();
    await server.up();
    t.equal((await message).svids.length, 1);
  },
);

t.test('STR-02: STR-04: F-29: follows what the server says', async (t) => {
  const server = await startAdmittingServer(t);
  const other = await FakeCa.create('other.org', systemClock);
  server.federated.set('other.org', other.bundle());
  server.put({ id: 'a', federates_with: ['other.org'] });
  const settings = { ...TOKEN, sync_interval: 1 };
  const { client } = await startTestAgent(t, { server, settings });
  const stream = client().stream('FetchX509SVID');
  t.strictSame(Object.keys((await stream.next()).federated_bundles), ['spiffe://other.org']);

  server.put({ id: 'b', spiffe_id: { trust_domain: 'example.org', path: '/b' }, created_at: '2' });
  t.equal((await stream.next()).svids.length, 2);

  server.entries.delete('b');
  t.equal((await stream.next()).svids.length, 1);

  await server.ca.rotate();
  server.ca.taintOld();
  let svid = (await stream.next()).svids[0]!;
  const { subjectKeyId } = server.ca.certificates.at(-1)!;
  while (parseCertificates(svid.x509_svid)[0]!.authorityKeyId !== subjectKeyId) {
    svid = (await stream.next()).svids[0]!;
  }
  t.equal(parseCertificates(svid.bundle).length, 2, 'T-15: what is tainted is replaced');

  server.entries.clear();
  for (;;) {
    const end = await stream.next().then(
      () => undefined,
      (error: unknown) => error,
    );
    if (end === undefined) continue;
    t.match(end, NO_IDENTITY);
    break;
  }
});

t.test('STR-10: goes on serving while the server is away', async (t) => {
  const server = await startAdmittingServer(t);
  server.put({ id: 'a' });
  const settings = { ...TOKEN, sync_interval: 1 };
  const { client } = await startTestAgent(t, { server, settings });
  const stream = client().stream('FetchX509SVID');
  await stream.next();
  const before = await client().unary('FetchJWTSVID', { audience: ['x'] });
  await server.down();
  t.equal((await client().stream('FetchX509SVID').next()).svids.length, 1);
  const after = await client().unary('FetchJWTSVID', { audience: ['x'] });
  t.equal(after.svids[0]!.svid, before.svids[0]!.svid, 'STR-13: the token at hand');
  const fresh = client().unary('FetchJWTSVID', { audience: ['y'] });
  await t.rejects(fresh, { code: status.UNAVAILABLE }, 'STR-13');
  await server.up();
  server.put({ id: 'b', spiffe_id: { trust_domain: 'example.org', path: '/b' } });
  t.equal((await stream.next()).svids.length, 2, 'the stream was never ended');
});

t.test('F-21: closes within ten seconds, whatever is under way', async (t) => {
  const server = await startAdmittingServer(t);
  server.put({ id: 'a' });
  const { agent, client } = await startTestAgent(t, { server, settings: TOKEN });
  server.before.set('NewJWTSVID', () => new Promise(() => undefined));
  const called = server.called('NewJWTSVID');
  const token = client()
    .unary('FetchJWTSVID', { audience: ['x'] })
    .catch((error: unknown) => error);
  const stream = client().stream('FetchX509SVID');
  await Promise.all([called, stream.next()]);
  const ended = stream.next().catch((error: unknown) => error);
  const startedAt = performance.now();
  await agent.close();
  t.ok(performance.now() - startedAt < 10_000);
  t.match(await ended, { code: status.UNAVAILABLE }, 'STR-09');
  t.match(await token, { code: status.UNAVAILABLE });
});
