import { connect } from 'node:net';
import { join } from 'node:path';
import t from 'tap';
import { SERVER_METRICS } from '../../server/metrics.ts';
import { readiness } from '../../server/readiness.ts';
import { askHttp, samplesOf } from '../support/ask-http.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { temporaryDirectory } from '../support/socket-path.ts';
import { call, newAgent, startTestServer } from '../support/test-server.ts';

const path = join(temporaryDirectory(t), 'monitoring.sock');
const server = await startTestServer(t, { settings: { monitoring_address: `unix:${path}` } });

t.test('what a server has done, and has', async (t) => {
  const agent = await newAgent(server);
  const entries = server.local('entry');
  await call(entries, entries.BatchCreateEntry, {
    entries: [
      {
        id: 'web',
        spiffe_id: { trust_domain: 'example.org', path: '/web' },
        parent_id: { trust_domain: 'example.org', path: agent.path },
        selectors: [{ type: 'unix', value: 'uid:1' }],
      },
    ],
  });
  const svids = server.tls('svid', agent.identity);
  const request = { entry_id: 'web', audience: ['db'] };
  await call(svids, svids.NewJWTSVID, request);
  await t.rejects(call(svids, svids.NewJWTSVID, { ...request, entry_id: 'none' }));
  const bundles = server.tls('bundle', agent.identity);
  await t.rejects(call(bundles, bundles.ListFederatedBundles, {}));
  const updates = server.tls('updates', agent.identity).Watch({ from_revision: '0' });
  updates.on('error', () => undefined); // it is cancelled in the end
  await new Promise((resolve) => updates.once('data', resolve));

  const { code, body } = await askHttp(path, '/metrics');
  t.equal(code, 200);
  const samples = samplesOf(body);
  const rpcs = (method: string, code: string) =>
    samples.get(
      `vouchsafe_server_rpc_duration_seconds_count{method="/spire.api.server.${method}",code="${code}"}`,
    );
  t.equal(rpcs('svid.v1.SVID/NewJWTSVID', 'OK'), 1);
  t.equal(rpcs('svid.v1.SVID/NewJWTSVID', 'NOT_FOUND'), 1);
  t.equal(rpcs('bundle.v1.Bundle/ListFederatedBundles', 'PERMISSION_DENIED'), 1);
  t.equal(rpcs('agent.v1.Agent/AttestAgent', 'OK'), 1);
  const is = (name: string, value: number) =>
    t.equal(samples.get(`vouchsafe_server_${name}`), value);
  is('entries', 1);
  is('agents', 1);
  is('bundles', 1);
  is('signatures_total{kind="jwt"}', 1);
  is('signatures_waiting', 0);
  is('database_unreachable_seconds', 0);
  is('watchers', 1);
  is('watchers_behind', 1);
  const atLeast = (name: string, value: number) => {
    const found = samples.get(`vouchsafe_server_${name}`);
    t.ok(found !== undefined && found >= value, `${name}: ${found}`);
  };
  atLeast('signatures_total{kind="x509"}', 2);
  atLeast('connections', 2);
  atLeast('revision', 3);
  atLeast('database_duration_seconds_count{operation="commit"}', 3);
  atLeast('database_duration_seconds_count{operation="read"}', 3);
  const tomorrow = Date.now() / 1000 + 23 * 3600;
  atLeast('authority_expiry_timestamp_seconds{kind="x509"}', tomorrow);
  atLeast('authority_expiry_timestamp_seconds{kind="jwt"}', tomorrow);
  for (const name of Object.keys(SERVER_METRICS)) t.match(body, `# HELP ${name} `, name);
  const told = server.tls('updates', agent.identity);
  const revision = String(samples.get('vouchsafe_server_revision'));
  await call(told, told.Acknowledge, { revision });
  const after = samplesOf((await askHttp(path, '/metrics')).body);
  t.equal(after.get('vouchsafe_server_watchers_behind'), 0);
  updates.cancel();
});

t.test('no secret and no name of anybody is in it', async (t) => {
  const { body } = await askHttp(path, '/metrics');
  t.notMatch(body, 'spiffe://');
  t.notMatch(body, '/web"');
});

t.test('ready as long as it serves agents', async (t) => {
  const { code, body } = await askHttp(path, '/ready');
  t.equal(code, 200);
  t.match(JSON.parse(body), { checks: { authorities: 'ok', bundle: 'ok', database: 'ok' } });
  const clock = new FakeClock();
  const staleSince = clock.now();
  const parts = {
    config: { trust_domain: {} as never, max_database_outage: 60 },
    registry: { findBundle: () => ({}) as never, staleSince },
    authorities: { canSign: () => true },
    clock,
  };
  clock.advance(60_000);
  t.equal(readiness(parts)['database'], undefined, 'from memory');
  clock.advance(1000);
  t.match(readiness(parts)['database'], /not answered for 61 s, longer than max_database_outage/);
  t.match(
    readiness({
      ...parts,
      registry: { findBundle: () => undefined, staleSince: undefined },
      authorities: { canSign: () => false },
    }),
    { authorities: /no authority/, bundle: /no trust bundle/, database: undefined },
  );
});

t.test('a TCP port too, and none when it is not asked for', async (t) => {
  const settings = { monitoring_address: '127.0.0.1:0' };
  const other = await startTestServer(t, { settings });
  const record = other.log.find(({ msg }) => msg === 'Monitoring listens') as unknown as {
    address: string;
  };
  const port = Number(record.address.split(':').at(-1));
  const answer = await new Promise<string>((resolve) => {
    const socket = connect(port, '127.0.0.1', () =>
      socket.write('GET /ready HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'),
    );
    let text = '';
    socket.on('data', (bytes) => (text += String(bytes))).on('close', () => resolve(text));
  });
  t.match(answer, /^HTTP\/1\.1 200 OK\r\n/);
  await other.close();
  await t.rejects(askHttp(path.replace('monitoring', 'none'), '/ready'), { code: 'ENOENT' });
});

t.test('and gone when the server is', async (t) => {
  await server.close();
  await t.rejects(askHttp(path, '/ready'), { code: /ENOENT|ECONNREFUSED/ });
});
