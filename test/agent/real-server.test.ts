// The agent against the server it is made for, over everything a user does: join, register, fetch, change, evict.
import t from 'tap';
import { status } from '@grpc/grpc-js';
import { encodePem } from '@vouchsafe/pki/keys/pem';
import { parseCertificates } from '@vouchsafe/pki/x509/certificate';
import { parseAddress } from '../../runtime/address.ts';
import { runCli } from '../support/run-cli.ts';
import { startTestAgent } from '../support/test-agent.ts';
import { call, newToken, startTestServer } from '../support/test-server.ts';

const NO_IDENTITY = { code: status.PERMISSION_DENIED, details: 'no identity issued' };

t.test('joins a server, serves what is registered, and stops when it is banned', async (t) => {
  const server = await startTestServer(t);
  const [agents, entries, bundles] = [
    server.local('agent'),
    server.local('entry'),
    server.local('bundle'),
  ];
  const create = async (path: string, more: object = {}) => {
    const entry = {
      spiffe_id: { trust_domain: 'example.org', path },
      parent_id: { trust_domain: 'example.org', path: '/node' },
      selectors: [{ type: 'unix', value: `uid:${process.getuid!()}` }],
      ...more,
    };
    const { results } = await call(entries, entries.BatchCreateEntry, { entries: [entry] });
    return results[0]!.entry!.id;
  };
  const first = await create('/a');
  const join_token = await newToken(server, { alias: '/node' });
  const { x509_authorities } = await call(bundles, bundles.GetBundle, {});
  const pem = x509_authorities.map(({ asn1 }) => encodePem('CERTIFICATE', asn1)).join('');
  const { client, agent } = await startTestAgent(t, {
    server: { address: parseAddress(server.address)!, ca: { pem: () => pem } },
    settings: { join_token, sync_interval: 1 },
  });
  const stream = client().stream('FetchX509SVID');
  const ids = async (): Promise<string[]> =>
    (await stream.next()).svids.map(({ spiffe_id }) => spiffe_id);
  t.strictSame(await ids(), ['spiffe://example.org/a']);

  await create('/b', { hint: 'second' });
  t.strictSame(await ids(), ['spiffe://example.org/a', 'spiffe://example.org/b']);
  await call(entries, entries.BatchDeleteEntry, { ids: [first] });
  t.strictSame(await ids(), ['spiffe://example.org/b']);

  const { svids } = await client().unary('FetchJWTSVID', { audience: ['x'] });
  const { svid } = svids[0]!;
  const valid = await client().unary('ValidateJWTSVID', { audience: 'x', svid });
  t.equal(valid.spiffe_id, 'spiffe://example.org/b');

  const { agents: listed } = await call(agents, agents.ListAgents, {});
  t.match(listed, [{ agent_version: /^\d/ }]);
  await call(agents, agents.BanAgent, { id: listed[0]!.id });
  await t.rejects(agent.ended, { code: 'AGENT_BANNED' });
  const ended = t.rejects(stream.next(), { code: status.UNAVAILABLE }, 'STR-09');
  await agent.close();
  await ended;
});

t.test('an open stream has a new SVID when its entry is changed', async (t) => {
  const server = await startTestServer(t);
  const cli = async (...args: readonly string[]): Promise<string> => {
    const { exitCode, stdout, stderr } = await runCli([...args, '--socket', server.socketPath]);
    if (exitCode !== 0) throw new Error(stderr);
    return stdout.trim();
  };
  const id = await cli(
    ...['entry', 'create', '--spiffe-id', 'spiffe://example.org/a', '--dns', 'old.example'],
    ...['--parent-id', 'spiffe://example.org/node', '--selector', `unix:uid:${process.getuid!()}`],
  );
  const update = (...changes: readonly string[]) =>
    cli('entry', 'update', '--entry-id', id, ...changes);
  const { client } = await startTestAgent(t, {
    server: { address: parseAddress(server.address)!, ca: { pem: () => '' } },
    settings: {
      join_token: await newToken(server, { alias: '/node' }),
      ...{ insecure_bootstrap: true, sync_interval: 1 },
    },
  });
  const stream = client().stream('FetchX509SVID');
  const next = async () => {
    const { svids } = await stream.next();
    const leaf = svids.map(({ x509_svid }) => parseCertificates(x509_svid)[0]!)[0]!;
    return { count: svids.length, hint: svids[0]!.hint, leaf };
  };
  const first = await next();
  t.match(first, { count: 1, hint: '', leaf: { dnsNames: ['old.example'] } });

  await update('--dns', 'new.example', '--dns', 'more.example', '--hint', 'changed');
  const second = await next();
  t.match(second, { count: 1, hint: 'changed' });
  t.strictSame(second.leaf.dnsNames, ['new.example', 'more.example']);
  t.not(second.leaf.serialNumber, first.leaf.serialNumber);

  await update('--spiffe-id', 'spiffe://example.org/b', '--no-dns');
  const third = await next();
  t.strictSame(
    third.leaf.uriNames,
    ['spiffe://example.org/b'],
    'and in its place another identity',
  );
  t.strictSame(third.leaf.dnsNames, []);
  t.equal(third.count, 1);

  await update('--selector', 'unix:uid:4294967294');
  await t.rejects(stream.next(), { code: status.PERMISSION_DENIED }, 'and none that is another’s');
});

t.test('who is not registered is told so', async (t) => {
  const server = await startTestServer(t);
  const { client } = await startTestAgent(t, {
    server: { address: parseAddress(server.address)!, ca: { pem: () => '' } },
    settings: { join_token: await newToken(server), insecure_bootstrap: true },
  });
  t.match(await client().status('FetchX509SVID'), NO_IDENTITY);
});
