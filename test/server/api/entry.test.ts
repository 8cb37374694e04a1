import { status } from '@grpc/grpc-js';
import type { SyncAuthorizedEntriesResponse__Output } from '@vouchsafe/proto/gen/spire/api/server/entry/v1/SyncAuthorizedEntriesResponse';
import type { Entry } from '@vouchsafe/proto/gen/spire/api/types/Entry';
import t from 'tap';
import type { Test } from 'tap';
import { call, newAgent, startTestServer } from '../../support/test-server.ts';
import type { Attested, TestServer } from '../../support/test-server.ts';

const server = await startTestServer(t);
const local = server.local('entry');
const idOf = (path: string, trust_domain = 'example.org') => ({ trust_domain, path });
const unix = (value: string) => ({ type: 'unix', value });

function entryOf(path: string, overrides: Partial<Entry> = {}): Entry {
  return {
    parent_id: idOf('/node'),
    spiffe_id: idOf(path),
    selectors: [unix('uid:1')],
    ...overrides,
  };
}

const create = (...entries: Entry[]) => call(local, local.BatchCreateEntry, { entries });
const remove = (...ids: string[]) => call(local, local.BatchDeleteEntry, { ids });

t.test('ENTRY-CREATE-01 an entry as it was sent, with what the server adds', async (t) => {
  const sent: Entry = {
    ...entryOf('/full'),
    id: 'chosen',
    selectors: [unix('uid:1'), { type: 'k8s', value: 'pod-label:a:b' }],
    x509_svid_ttl: 60,
    jwt_svid_ttl: 30,
    admin: true,
    downstream: true,
    expires_at: '4102444800',
    dns_names: ['b.example', 'a.example'],
    hint: 'internal',
    additional_attributes: { disable_x509_svid_prefetch: true, jwt_svid_include_jti: true },
    created_at: '1',
    revision_number: '7',
  };
  const { results } = await create(sent);
  t.match(results[0]?.status, { code: status.OK, message: 'OK' });
  const { created_at, selectors, ...rest } = results[0]!.entry!;
  t.ok(Number(created_at) > 1_000_000_000, 'not the one that was sent');
  t.match(rest, { ...sent, selectors: undefined, created_at: undefined, revision_number: '0' });
  t.strictSame(
    new Set(selectors.map(({ type, value }) => `${type}:${value}`)),
    new Set(['unix:uid:1', 'k8s:pod-label:a:b']),
  );
  t.strictSame(await call(local, local.GetEntry, { id: 'chosen' }), results[0]!.entry);
  const masked = await call(local, local.GetEntry, { id: 'chosen', output_mask: { hint: true } });
  t.match(masked, { id: 'chosen', hint: 'internal', spiffe_id: null, admin: false });
});

const invalid: readonly { name: string; entry: Entry; text: RegExp }[] = [
  { name: 'nothing', entry: {}, text: /invalid parent ID: request must specify SPIFFE ID/ },
  {
    name: 'no SPIFFE ID',
    entry: { ...entryOf('/x'), spiffe_id: null },
    text: /invalid spiffe ID: request must specify/,
  },
  {
    name: 'the trust domain itself',
    entry: entryOf(''),
    text: /invalid spiffe ID: "spiffe:\/\/example.org" is not a workload in .*; path is empty/,
  },
  {
    name: 'the trust domain itself as parent',
    entry: { ...entryOf('/x'), parent_id: idOf('') },
    text: /invalid parent ID: .* is not a member of trust domain "example.org"; path is empty/,
  },
  {
    name: 'a selector without type',
    entry: { ...entryOf('/x'), selectors: [{ type: '', value: 'v' }] },
    text: /^failed to convert entry: missing selector type$/,
  },
  {
    name: 'a selector whose type has a colon',
    entry: { ...entryOf('/x'), selectors: [{ type: 'a:b', value: 'v' }] },
    text: /^failed to convert entry: selector type contains ':'$/,
  },
  {
    name: 'a selector without value',
    entry: { ...entryOf('/x'), selectors: [{ type: 'a', value: '' }] },
    text: /^failed to convert entry: missing selector value$/,
  },
  {
    name: 'a hint that is too long',
    entry: { ...entryOf('/x'), hint: 'x'.repeat(1025) },
    text: /^failed to convert entry: hint is too long, max length is 1024 characters$/,
  },
  {
    name: 'a DNS name that is none',
    entry: { ...entryOf('/x'), dns_names: ['-'] },
    text: /^failed to convert entry: invalid DNS name: /,
  },
  {
    name: 'a reserved path (T-18)',
    entry: entryOf('/spire/server'),
    text: /path is in the reserved namespace/,
  },
  {
    name: 'an agent ID (T-18)',
    entry: entryOf('/spire/agent/x'),
    text: /path is in the reserved namespace/,
  },
  {
    name: 'another trust domain (SV-07)',
    entry: { ...entryOf('/x'), spiffe_id: idOf('/x', 'other.org') },
    text: /is not a member of trust domain/,
  },
  {
    name: 'a parent elsewhere',
    entry: entryOf('/x', { parent_id: idOf('/x', 'other.org') }),
    text: /invalid parent ID/,
  },
  { name: 'a malformed path', entry: entryOf('/a/../b'), text: /dot segments/ },
  {
    name: 'a malformed trust domain',
    entry: { ...entryOf('/x'), spiffe_id: idOf('/x', 'Example.org') },
    text: /trust domain characters/,
  },
  { name: 'no selectors', entry: entryOf('/x', { selectors: [] }), text: /selector list is empty/ },
  {
    name: 'a selector without type',
    entry: entryOf('/x', { selectors: [{ type: '', value: 'x' }] }),
    text: /selector type/,
  },
  {
    name: 'a selector with a colon in its type',
    entry: entryOf('/x', { selectors: [{ type: 'a:b', value: 'x' }] }),
    text: /selector type/,
  },
  {
    name: 'a selector without value',
    entry: entryOf('/x', { selectors: [{ type: 'a', value: '' }] }),
    text: /selector value/,
  },
  {
    name: 'a DNS name that is none',
    entry: entryOf('/x', { dns_names: ['a b'] }),
    text: /DNS name/,
  },
  {
    name: 'a hint that is too long',
    entry: entryOf('/x', { hint: 'x'.repeat(1025) }),
    text: /hint is too long/,
  },
  { name: 'a negative TTL', entry: entryOf('/x', { x509_svid_ttl: -1 }), text: /TTL/ },
  { name: 'a negative expiry', entry: entryOf('/x', { expires_at: '-1' }), text: /invalid expiry/ },
  {
    name: 'an expiry beyond all time',
    entry: entryOf('/x', { expires_at: '9223372036854775807' }),
    text: /invalid expiry/,
  },
  {
    name: 'a federated trust domain that is none',
    entry: entryOf('/x', { federates_with: ['A B'] }),
    text: /federated trust domain/,
  },
  { name: 'an ID with a slash', entry: { ...entryOf('/x'), id: 'a/b' }, text: /entry ID/ },
];

t.test('ENTRY-CREATE-04..05 invalid entries are refused one by one', async (t) => {
  const { count: before } = await call(local, local.CountEntries, {});
  const { results } = await create(...invalid.map(({ entry }) => entry), entryOf('/valid'));
  invalid.forEach(({ name, text }, i) => {
    const result = results[i];
    t.match(
      result?.status,
      { code: status.INVALID_ARGUMENT, message: /^failed to convert entry: / },
      name,
    );
    t.match(result?.status?.message, text, name);
    t.equal(result?.entry, null);
  });
  t.match(results.at(-1), { status: { code: status.OK }, entry: { spiffe_id: idOf('/valid') } });
  t.equal((await call(local, local.CountEntries, {})).count, before + 1);
});

t.test('ENTRY-CREATE-06 entries federate where there is a bundle', async (t) => {
  const { results } = await create(entryOf('/x', { federates_with: ['other.org'] }));
  t.match(results[0], {
    status: {
      code: status.INVALID_ARGUMENT,
      message: 'failed to create entry: unable to find federated bundle "spiffe://other.org"',
    },
    entry: null,
  });
});

t.test('ENTRY-CREATE-02 one like it exists: ALREADY_EXISTS, with it', async (t) => {
  const [first] = (await create(entryOf('/twice', { hint: 'first' }))).results;
  const [again] = (await create(entryOf('/twice', { hint: 'second' }))).results;
  t.match(again, {
    status: { code: status.ALREADY_EXISTS, message: 'similar entry already exists' },
    entry: { id: first!.entry!.id, hint: 'first' },
  });
  const [taken] = (await create({ ...entryOf('/other'), id: first!.entry!.id })).results;
  t.match(taken, { status: { code: status.ALREADY_EXISTS }, entry: null });
});

t.test('ENTRY-DELETE-01 deleting', async (t) => {
  const [created] = (await create(entryOf('/gone'))).results;
  const { id } = created!.entry!;
  const { results } = await remove(id, id, '', 'never-was');
  t.match(results, [
    { id, status: { code: status.OK } },
    { id, status: { code: status.NOT_FOUND, message: 'entry not found' } },
    { id: '', status: { code: status.INVALID_ARGUMENT } },
    { id: 'never-was', status: { code: status.NOT_FOUND } },
  ]);
  await t.rejects(call(local, local.GetEntry, { id }), {
    code: status.NOT_FOUND,
    details: 'entry not found',
  });
  await t.rejects(call(local, local.GetEntry, {}), {
    code: status.INVALID_ARGUMENT,
    details: 'missing ID',
  });
});

t.test('ENTRY-LIST-01..04 listing', async (t) => {
  const server = await startTestServer(t);
  const client = server.local('entry');
  await call(client, client.BatchCreateEntry, {
    entries: [
      entryOf('/a', { hint: 'h', selectors: [unix('uid:1'), unix('gid:1')] }),
      entryOf('/b', { downstream: true }),
      entryOf('/c', { parent_id: idOf('/elsewhere') }),
    ],
  });
  const paths = async (filter: object): Promise<string[]> => {
    const { entries } = await call(client, client.ListEntries, { filter });
    t.equal((await call(client, client.CountEntries, { filter })).count, entries.length);
    return entries.map(({ spiffe_id }) => spiffe_id!.path);
  };
  t.strictSame(await paths({}), ['/a', '/b', '/c']);
  t.strictSame(await paths({ by_parent_id: idOf('/elsewhere') }), ['/c']);
  t.strictSame(await paths({ by_spiffe_id: idOf('/b') }), ['/b']);
  t.strictSame(await paths({ by_hint: { value: 'h' } }), ['/a']);
  t.strictSame(await paths({ by_hint: { value: '' } }), ['/b', '/c']);
  t.strictSame(await paths({ by_downstream: { value: true } }), ['/b']);
  t.strictSame(
    await paths({ by_downstream: { value: false } }),
    ['/a', '/b', '/c'],
    'false does not filter',
  );
  const selectors = [unix('uid:1')];
  t.strictSame(await paths({ by_selectors: { selectors, match: 'MATCH_EXACT' } }), ['/b', '/c']);
  t.strictSame(await paths({ by_selectors: { selectors, match: 'MATCH_SUPERSET' } }), [
    '/a',
    '/b',
    '/c',
  ]);
  t.strictSame(
    await paths({ by_federates_with: { trust_domains: ['other.org'], match: 'MATCH_ANY' } }),
    [],
  );
  const bad = [
    { by_selectors: { selectors: [] } },
    { by_selectors: { selectors: [{ type: '', value: '' }] } },
    { by_federates_with: { trust_domains: [] } },
    { by_federates_with: { trust_domains: ['A B'] } },
    { by_parent_id: idOf('/x', 'other.org') },
    { by_spiffe_id: idOf('x') },
  ];
  for (const filter of bad) {
    const request = call(client, client.ListEntries, { filter });
    await t.rejects(
      request,
      { code: status.INVALID_ARGUMENT, details: /^malformed / },
      JSON.stringify(filter),
    );
  }
  const seen: string[] = [];
  let page_token = '';
  do {
    const page = await call(client, client.ListEntries, { page_size: 2, page_token });
    seen.push(...page.entries.map(({ spiffe_id }) => spiffe_id!.path));
    page_token = page.next_page_token;
  } while (page_token !== '');
  t.strictSame(seen, ['/a', '/b', '/c']);
});

/** Talks to the sync stream: each message sent, then the answers until one says there are no more. */
async function sync(
  server: TestServer,
  agent: Attested,
  ...messages: object[]
): Promise<SyncAuthorizedEntriesResponse__Output[][]> {
  const client = server.tls('entry', agent.identity);
  const stream = client.SyncAuthorizedEntries();
  const answers = (stream as AsyncIterable<SyncAuthorizedEntriesResponse__Output>)[
    Symbol.asyncIterator
  ]();
  const all: SyncAuthorizedEntriesResponse__Output[][] = [];
  for (const message of messages) {
    stream.write(message);
    const pages: SyncAuthorizedEntriesResponse__Output[] = [];
    for (;;) {
      const next = await answers.next();
      if (next.done === true) break;
      pages.push(next.value);
      if (!next.value.more) break;
    }
    all.push(pages);
  }
  stream.end();
  return all;
}

async function registered(t: Test, count: number) {
  const server = await startTestServer(t);
  const agent = await newAgent(server);
  const client = server.local('entry');
  const entries = Array.from({ length: count }, (_, i) =>
    entryOf(`/w${i}`, { parent_id: idOf(agent.path), hint: `h${i}` }),
  );
  const { results } = await call(client, client.BatchCreateEntry, { entries });
  return { server, agent, ids: results.map(({ entry }) => entry!.id) };
}

t.test('ENTRY-SYNC-01 an agent with up to 500 entries gets them all', async (t) => {
  const { server, agent, ids } = await registered(t, 500);
  const [pages] = await sync(server, agent, { output_mask: { revision_number: true, hint: true } });
  t.equal(pages?.length, 1);
  t.strictSame(pages![0]!.entries.map(({ id }) => id).sort(), [...ids].sort());
  t.match(pages![0], { more: false, entry_revisions: [], entries: [{ spiffe_id: null }] });
});

t.test('ENTRY-SYNC-02 one with more gets revisions, and what it asks for', async (t) => {
  const { server, agent, ids } = await registered(t, 1001);
  const mask = { revision_number: true, spiffe_id: true };
  const [revisions, some, none] = await sync(
    server,
    agent,
    { output_mask: mask },
    { ids: [ids[3]!, 'no-such-entry', ids[7]!] },
    { ids: ['no-such-entry'] },
  );
  t.strictSame(
    revisions!.map(({ entry_revisions }) => entry_revisions.length),
    [500, 500, 1],
  );
  t.strictSame(
    revisions!.map(({ more }) => more),
    [true, true, false],
  );
  t.strictSame(
    revisions!.flatMap(({ entry_revisions }) => entry_revisions.map(({ id }) => id)).sort(),
    [...ids].sort(),
  );
  t.match(revisions![0]!.entry_revisions[0], { revision_number: '0', created_at: /^\d{10}$/ });
  t.strictSame(
    some!.flatMap(({ entries }) => entries.map(({ id, hint }) => ({ id, hint }))),
    [
      { id: ids[3], hint: '' },
      { id: ids[7], hint: '' },
    ],
  );
  t.match(none, [{ entries: [], more: false }]);
});

t.test('ENTRY-SYNC-03 the first message asks for no entries', async (t) => {
  const agent = await newAgent(server);
  await t.rejects(sync(server, agent, { ids: ['x'] }), {
    code: status.INVALID_ARGUMENT,
    details: 'specifying IDs on initial request is not supported',
  });
  await t.rejects(sync(server, agent, { output_mask: { hint: true } }), {
    code: status.INVALID_ARGUMENT,
    details: 'revision number cannot be masked',
  });
});

t.test('ENTRY-AUTHORIZED-01 authorized as long as it is registered', async (t) => {
  const agent = await newAgent(server);
  const client = server.tls('entry', agent.identity);
  const ids = async (): Promise<string[]> =>
    (await call(client, client.GetAuthorizedEntries, {})).entries.map(({ id }) => id);
  t.strictSame(await ids(), []);
  const [created] = (await create(entryOf('/now', { parent_id: idOf(agent.path) }))).results;
  t.strictSame(await ids(), [created!.entry!.id]);
  await remove(created!.entry!.id);
  t.strictSame(await ids(), []);
});

t.test('each created and deleted entry leaves an audit line', async (t) => {
  const audited = server.log.filter(
    ({ type, method }) => type === 'audit' && String(method).endsWith('BatchCreateEntry'),
  );
  t.ok(
    audited.some(
      ({ spiffe_id, entry_id }) =>
        spiffe_id === 'spiffe://example.org/full' && entry_id === 'chosen',
    ),
  );
  t.ok(
    audited.some(({ error }) => error !== undefined),
    'refused ones too',
  );
  t.ok(
    server.log.some(
      ({ method, entry_id }) =>
        String(method).endsWith('BatchDeleteEntry') && entry_id === 'never-was',
    ),
  );
});
