import { join } from 'node:path';
import t from 'tap';
import { AGENT_METRICS, timed } from '../../agent/metrics.ts';
import type { AgentMeter } from '../../agent/metrics.ts';
import { parseAddress } from '../../runtime/address.ts';
import { askHttp, samplesOf } from '../support/ask-http.ts';
import { selectorsOf } from '../support/entries.ts';
import { temporaryDirectory } from '../support/socket-path.ts';
import { startTestAgent } from '../support/test-agent.ts';
import { call, newToken, startTestServer } from '../support/test-server.ts';

const directory = temporaryDirectory(t);
const trust_domain = 'example.org';

t.test('what an agent has done, and has', async (t) => {
  const path = join(directory, 'monitoring.sock');
  const server = await startTestServer(t);
  const entries = server.local('entry');
  await call(entries, entries.BatchCreateEntry, {
    entries: [
      {
        spiffe_id: { trust_domain, path: '/web' },
        parent_id: { trust_domain, path: '/node' },
        selectors: [{ type: 'unix', value: `uid:${process.getuid!()}` }],
      },
    ],
  });
  const { agent, client } = await startTestAgent(t, {
    server: { address: parseAddress(server.address)!, ca: { pem: () => '' } },
    settings: {
      join_token: await newToken(server, { alias: '/node' }),
      ...{ insecure_bootstrap: true, monitoring_address: `unix:${path}` },
    },
  });
  const stream = client().stream('FetchX509SVID');
  await stream.next();
  await client().unary('FetchJWTSVID', { audience: ['db'] });
  await client().status('FetchJWTSVID', { audience: [] });
  const { body } = await askHttp(path, '/metrics');
  const samples = samplesOf(body);
  const value = (name: string) => samples.get(`vouchsafe_agent_${name}`);
  const rpcs = (code: string) =>
    value(`rpc_duration_seconds_count{method="/SpiffeWorkloadAPI/FetchJWTSVID",code="${code}"}`);
  t.equal(rpcs('OK'), 1);
  t.equal(rpcs('INVALID_ARGUMENT'), 1);
  t.equal(value('entries'), 2, 'the alias of its token among them');
  t.equal(value('x509_svids'), 2);
  t.equal(value('jwt_svids'), 1);
  t.ok(value('connections')! >= 1);
  t.ok(value('attestation_duration_seconds_count{result="ok"}')! >= 2);
  const now = Date.now() / 1000;
  const isNear = (name: string, seconds: number) =>
    t.ok(Math.abs(value(name)! - now - seconds) < 120, `${name}: ${value(name)}`);
  isNear('synced_timestamp_seconds', 0);
  isNear('svid_expiry_timestamp_seconds', 3600);
  isNear('x509_svid_first_expiry_timestamp_seconds', 3600);
  t.ok(value('server_tells') !== undefined);
  for (const name of Object.keys(AGENT_METRICS)) t.match(body, `# HELP ${name} `, name);
  t.notMatch(body, 'spiffe://');
  t.match(await askHttp(path, '/ready'), { code: 200, body: /"checks":\{"sync":"ok"\}/ });
  await agent.close();
  await t.rejects(askHttp(path, '/ready'), { code: /ENOENT|ECONNREFUSED/ });
});

t.test('not ready before it has heard from a server', async (t) => {
  const path = join(directory, 'alone.sock');
  await startTestAgent(t, {
    server: { address: { kind: 'tcp', host: '127.0.0.1', port: 1 }, ca: { pem: () => '' } },
    settings: { join_token: 'abc', insecure_bootstrap: true, monitoring_address: `unix:${path}` },
  }).catch((error: unknown) => t.comment(String(error)));
  const { code, body } = await askHttp(path, '/ready');
  t.equal(code, 503);
  t.match(body, /"checks":\{"sync":"the server has not been heard from yet"\}/);
  t.match(await askHttp(path, '/live'), { code: 200 });
});

t.test('attestation that fails is told from one that succeeds', async (t) => {
  const told: (readonly [string, string])[] = [];
  const meter: AgentMeter = {
    count: () => undefined,
    gauge: () => undefined,
    time: (name, seconds, result) => {
      t.ok(seconds >= 0);
      told.push([name, result]);
    },
  };
  const attest = (fails: boolean) =>
    fails ? Promise.reject(new Error('no')) : Promise.resolve(selectorsOf('unix:uid:1'));
  const subject = timed({ attest }, meter);
  t.ok(await subject.attest(false));
  await t.rejects(subject.attest(true), { message: 'no' });
  t.strictSame(
    told.map(([, result]) => result),
    ['ok', 'failed'],
  );
});
