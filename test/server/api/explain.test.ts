import { status } from '@grpc/grpc-js';
import t from 'tap';
import { call, newAgent, startTestServer } from '../../support/test-server.ts';

const server = await startTestServer(t);
const client = server.local('serverExplain');
const idOf = (path: string) => ({ trust_domain: 'example.org', path });
const agent = await newAgent(server);
const entries = server.local('entry');
const selectors = [{ type: 'unix', value: 'uid:1' }];
await call(entries, entries.BatchCreateEntry, {
  entries: [
    { id: 'web', parent_id: idOf(agent.path), spiffe_id: idOf('/web'), selectors },
    { id: 'lost', parent_id: idOf('/wep'), spiffe_id: idOf('/lost'), selectors },
  ],
});

t.test('an identity that is given: the whole entry, and who serves it', async (t) => {
  const answer = await call(client, client.ExplainIdentity, { spiffe_id: idOf('/web') });
  t.match(answer, {
    given: true,
    entry_count: 1,
    faults: [],
    entries: [
      {
        entry: { id: 'web', spiffe_id: idOf('/web'), parent_id: idOf(agent.path), selectors },
        given: true,
        agents: [idOf(agent.path)],
        agent_count: 1,
        faults: [],
      },
    ],
  });
});

t.test('one that is not: what is wrong, and what is near', async (t) => {
  t.match(await call(client, client.ExplainIdentity, { spiffe_id: idOf('/lost') }), {
    given: false,
    entries: [
      {
        given: false,
        agent_count: 0,
        faults: [
          { kind: 'PARENT_UNKNOWN', subject: idOf('/wep'), entry_id: '', nearest: [idOf('/web')] },
        ],
      },
    ],
  });
});

t.test('a change counts from the moment it is done', async (t) => {
  await call(entries, entries.BatchCreateEntry, {
    entries: [{ id: 'new', parent_id: idOf(agent.path), spiffe_id: idOf('/wep'), selectors }],
  });
  t.match(await call(client, client.ExplainIdentity, { spiffe_id: idOf('/lost') }), {
    given: true,
  });
  await call(entries, entries.BatchDeleteEntry, { ids: ['new'] });
  t.match(await call(client, client.ExplainIdentity, { spiffe_id: idOf('/lost') }), {
    given: false,
  });
});

t.test('what is no question', async (t) => {
  const foreign = { trust_domain: 'example.com', path: '/a' };
  const rows = [
    [{}, /^invalid SPIFFE ID: request must specify SPIFFE ID/],
    [{ spiffe_id: { trust_domain: '', path: '/a' } }, /^invalid SPIFFE ID/],
    [{ spiffe_id: idOf('/a/../b') }, /^invalid SPIFFE ID/],
    [{ spiffe_id: idOf(`/${'a'.repeat(3000)}`) }, /^invalid SPIFFE ID/],
    [{ spiffe_id: idOf('/a'), agent_id: foreign }, /^invalid agent ID: .*not a member/],
    [{ spiffe_id: idOf('/a'), agent_id: idOf('a') }, /^invalid agent ID/],
  ] as const;
  for (const [request, details] of rows) {
    const expected = { code: status.INVALID_ARGUMENT, details };
    await t.rejects(call(client, client.ExplainIdentity, request), expected);
  }
});

t.test('as other reads it leaves no audit line', (t) => {
  const lines = server.log.filter(({ method }) => String(method).endsWith('/ExplainIdentity'));
  t.ok(lines.length > 0);
  t.strictSame(
    lines.filter(({ type }) => type === 'audit'),
    [],
  );
  t.end();
});
