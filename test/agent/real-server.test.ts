// The agent against the server it is made for, over everything a user does: join, register, fetch, change, evict.
import t from 'tap';
import { status } from '@grpc/grpc-js';
import { encodePem } from '@vouchsafe/pki/keys/pem';
import { parseAddress } from '../../runtime/address.ts';
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

t.test('who is not registered is told so', async (t) => {
  const server = await startTestServer(t);
  const { client } = await startTestAgent(t, {
    server: { address: parseAddress(server.address)!, ca: { pem: () => '' } },
    settings: { join_token: await newToken(server), insecure_bootstrap: true },
  });
  t.match(await client().status('FetchX509SVID'), NO_IDENTITY);
});
