import { status } from '@grpc/grpc-js';
import { parseCompactJws } from '@vouchsafe/pki/jwt/jws';
import type { ApplyEntriesRequest } from '@vouchsafe/proto/gen/vouchsafe/server/entry/v1/ApplyEntriesRequest';
import type { Entry } from '@vouchsafe/proto/gen/spire/api/types/Entry';
import t from 'tap';
import { FakeCa } from '../../support/fake-ca.ts';
import { call, newAgent, startTestServer } from '../../support/test-server.ts';

const server = await startTestServer(t);
const local = server.local('serverEntry');
const spire = server.local('entry');
const agent = await newAgent(server);
const mine = { trust_domain: 'example.org', path: agent.path };
const idOf = (path: string) => ({ trust_domain: 'example.org', path });

const entryOf = (path: string, overrides: Partial<Entry> = {}): Entry => ({
  ...{ id: path.slice(1), parent_id: mine, spiffe_id: idOf(path) },
  selectors: [{ type: 'unix', value: 'uid:1' }],
  ...overrides,
});

const ATTRIBUTES = {
  owner: 'payments',
  labels: { tier: 'web', zone: 'a' },
  environment: 'production',
  description: 'takes the money',
  audience: { allow: ['db', 'queue'], max_count: 1, max_ttl: 60 },
};

const apply = (request: ApplyEntriesRequest) => call(local, local.ApplyEntries, request);
const get = (id: string) => call(spire, spire.GetEntry, { id });
const list = async (request: object = {}) =>
  (await call(local, local.ListEntries, request)).entries;
const attributesOf = async (id: string) =>
  (await list()).find(({ entry }) => entry?.id === id)?.attributes;

t.test('an entry with attributes, which SPIRE does not see and leaves alone', async (t) => {
  const answer = await apply({ create: [{ entry: entryOf('/a'), attributes: ATTRIBUTES }] });
  t.match(answer, { applied: true, created: [{ status: { code: status.OK } }] });
  t.match(answer.created[0]!.entry, { entry: { id: 'a' }, attributes: ATTRIBUTES });
  t.strictSame(answer.created[0]!.entry?.entry, await get('a'));
  t.strictSame(await attributesOf('a'), answer.created[0]!.entry?.attributes);
  const { results } = await call(spire, spire.BatchUpdateEntry, {
    entries: [entryOf('/a', { hint: 'all replaced' })],
  });
  t.equal(results[0]?.entry?.hint, 'all replaced');
  t.match(await attributesOf('a'), ATTRIBUTES, 'after a full replacement');
});

t.test('attributes are replaced as a whole, and only where they are given', async (t) => {
  const update = (attributes: object | null) =>
    apply({ update: [{ entry: { id: 'a' }, input_mask: {}, attributes }] });
  const { updated } = await update({ owner: 'platform' });
  t.match(updated[0]?.entry?.entry, { hint: 'all replaced', revision_number: '2' });
  t.match(await attributesOf('a'), { owner: 'platform', environment: '', audience: null });
  t.same((await attributesOf('a'))?.labels, {});
  await update(null);
  t.match(await attributesOf('a'), { owner: 'platform' });
  await update({});
  t.equal(await attributesOf('a'), null);
  t.equal((await get('a')).revision_number, '4');
});

t.test('lists by what entries are and by their attributes, page by page', async (t) => {
  await apply({
    create: ['/l1', '/l2', '/l3'].map((path, at) => ({
      entry: entryOf(path, { hint: at === 2 ? 'odd' : 'even' }),
      attributes: { ...ATTRIBUTES, labels: { tier: 'web', at: String(at) } },
    })),
  });
  const ids = async (request: object) => (await list(request)).map(({ entry }) => entry?.id);
  t.strictSame(await ids({ by_attributes: { owner: 'payments' } }), ['l1', 'l2', 'l3']);
  t.strictSame(await ids({ by_attributes: { owner: 'nobody' } }), []);
  t.strictSame(await ids({ by_attributes: { environment: 'production', labels: { at: '1' } } }), [
    'l2',
  ]);
  t.strictSame(await ids({ by_attributes: { labels: { toString: '' } } }), []);
  const byHint = { by_hint: { value: 'even' } };
  t.strictSame(await ids({ filter: byHint, by_attributes: { owner: 'payments' } }), ['l1', 'l2']);
  const page = await call(local, local.ListEntries, {
    ...{ page_size: 2, page_token: '', by_attributes: { owner: 'payments' } },
  });
  t.strictSame(
    page.entries.map(({ entry }) => entry?.id),
    ['l1', 'l2'],
  );
  t.strictSame(
    await ids({
      ...{ page_size: 2, page_token: page.next_page_token, by_attributes: { owner: 'payments' } },
    }),
    ['l3'],
  );
});

t.test('all of it or nothing, and what stands in the way of each', async (t) => {
  const ca = await FakeCa.create('other.org', { now: () => new Date() });
  const bundle = {
    trust_domain: 'other.org',
    x509_authorities: ca.certificates.map(({ raw }) => ({ asn1: raw })),
  };
  const good: ApplyEntriesRequest = {
    bundles: [bundle],
    delete: [{ id: 'l1', revision_number: '0' }],
    update: [{ entry: entryOf('/l2'), revision_number: '0' }],
    create: [{ entry: entryOf('/fed', { federates_with: ['other.org'] }) }],
  };
  const bad: readonly [string, ApplyEntriesRequest, object][] = [
    [
      'its own bundle',
      { bundles: [{ ...bundle, trust_domain: 'example.org' }] },
      { bundles: [{}, { code: status.INVALID_ARGUMENT, message: /own trust domain/ }] },
    ],
    [
      'a bundle of nonsense',
      { bundles: [{ trust_domain: 'x.org', x509_authorities: [{ asn1: Buffer.from('x') }] }] },
      { bundles: [{}, { code: status.INVALID_ARGUMENT, message: /failed to convert bundle/ }] },
    ],
    [
      'a deletion of nothing',
      { delete: [{ id: '' }, { id: 'absent' }] },
      {
        deleted: [
          {},
          { code: status.INVALID_ARGUMENT, message: 'missing entry ID' },
          { code: status.NOT_FOUND, message: 'entry not found' },
        ],
      },
    ],
    [
      'what somebody else has changed',
      {
        delete: [{ id: 'l3', revision_number: '4' }],
        update: [{ entry: entryOf('/a'), revision_number: '0' }],
      },
      {
        deleted: [
          {},
          {
            code: status.ABORTED,
            message: 'failed to delete entry: it has changed since, to revision 0',
          },
        ],
        updated: [
          {},
          {
            code: status.ABORTED,
            message: 'failed to update entry: it has changed since, to revision 4',
          },
        ],
      },
    ],
    [
      'an update of nothing',
      { update: [{}, { entry: { id: 'absent' }, input_mask: {} }] },
      {
        updated: [
          {},
          { code: status.INVALID_ARGUMENT, message: 'missing entry' },
          { code: status.NOT_FOUND, message: 'failed to update entry' },
        ],
      },
    ],
    [
      'attributes that cannot be',
      {
        update: [{ entry: { id: 'a' }, input_mask: {}, attributes: { owner: 'a\nb' } }],
        create: [{ entry: entryOf('/x'), attributes: { audience: { allow: [''] } } }],
      },
      {
        updated: [{}, { code: status.INVALID_ARGUMENT, message: /owner has a control character/ }],
        created: [{}, { code: status.INVALID_ARGUMENT, message: /an allowed audience is empty/ }],
      },
    ],
    [
      'an entry that is there, one without anything, and one that needs a bundle',
      {
        create: [
          { entry: entryOf('/l3', { id: '' }) },
          {},
          { entry: entryOf('/y', { federates_with: ['third.org'] }) },
        ],
      },
      {
        created: [
          {},
          { code: status.ALREADY_EXISTS, message: 'similar entry already exists' },
          { code: status.INVALID_ARGUMENT, message: 'missing entry' },
          { code: status.INVALID_ARGUMENT, message: /third.org/ },
        ],
      },
    ],
  ];
  const before = await list();
  for (const [what, added, statuses] of bad) {
    await t.test(what, async (t) => {
      const answer = await apply({
        bundles: [...good.bundles!, ...(added.bundles ?? [])],
        delete: [...good.delete!, ...(added.delete ?? [])],
        update: [...good.update!, ...(added.update ?? [])],
        create: [...good.create!, ...(added.create ?? [])],
      });
      t.equal(answer.applied, false);
      const { bundles, deleted, updated, created } = answer;
      const found = Object.fromEntries(
        Object.entries({ bundles, deleted, updated, created }).map(([kind, some]) => [
          kind,
          some.map((one) => one.status),
        ]),
      );
      for (const some of Object.values(found)) {
        t.match(some[0], { code: status.ABORTED, message: 'nothing was done' });
      }
      t.match(found, statuses);
      t.strictSame(await list(), before);
    });
  }
  const rehearsal = await apply({ ...good, dry_run: true });
  const masked = await apply({ ...good, dry_run: true, output_mask: { spiffe_id: true } });
  t.match(masked.created[0]?.entry, { entry: { selectors: [] }, attributes: null });
  t.ok(masked.created[0]?.entry?.entry?.id, 'an ID is always told');
  t.ok(masked.created[0]?.entry?.entry?.spiffe_id, 'and what is asked for');
  t.match(rehearsal, {
    applied: false,
    bundles: [{ status: { code: status.OK } }],
    deleted: [{ status: { code: status.OK } }],
    updated: [{ status: { code: status.OK } }],
    created: [{ status: { code: status.OK }, entry: { entry: { id: 'fed' } } }],
  });
  t.strictSame(await list(), before, 'a dry run changes nothing');
  const logged = server.log.length;
  t.match(await apply(good), { applied: true });
  t.match(await get('fed'), { federates_with: ['other.org'] });
  await t.rejects(get('l1'), { code: status.NOT_FOUND });
  t.match(
    server.log.slice(logged).filter(({ type }) => type === 'audit'),
    [
      { trust_domain: 'other.org' },
      { entry_id: 'l1', deleted: true },
      { entry_id: 'l2', revision_number: 1 },
      { entry_id: 'fed', spiffe_id: 'spiffe://example.org/fed' },
    ],
    'a line of audit each',
  );
});

t.test('audience rules hold for tokens of any agent (T-19)', async (t) => {
  await apply({ create: [{ entry: entryOf('/jwt'), attributes: ATTRIBUTES }] });
  const svids = server.tls('svid', agent.identity);
  const fetch = (...audience: string[]) =>
    call(svids, svids.NewJWTSVID, { entry_id: 'jwt', audience });
  const { svid } = await fetch('db');
  t.equal(Number(svid?.expires_at) - Number(svid?.issued_at), 60, 'no longer than they say');
  t.equal(parseCompactJws(svid!.token).payload.length > 0, true);
  const refusals: readonly [string[], RegExp][] = [
    [
      ['dbb'],
      /^audience rules of spiffe:.*\/jwt \(owner: payments\): audience "dbb" .*nearest: "db"$/,
    ],
    [['db', 'queue'], /at most one audience, and not 2$/],
    [['db', 'elsewhere'], /at most one audience/],
  ];
  for (const [audience, details] of refusals) {
    await t.rejects(fetch(...audience), { code: status.PERMISSION_DENIED, details });
  }
  const mint = server.local('svid');
  const { svid: minted } = await call(mint, mint.MintJWTSVID, {
    ...{ id: idOf('/jwt'), audience: ['anything'] },
  });
  t.ok(minted, 'an administrator is not bound by an entry');
});

t.test('an agent learns the attributes of its own entries', async (t) => {
  const other = await newAgent(server);
  const attributes = async (who: typeof agent) => {
    const client = server.tls('serverEntry', who.identity);
    const ids = ['jwt', 'l3', 'a', 'jwt', 'nowhere'];
    return (await call(client, client.GetAuthorizedAttributes, { ids })).attributes;
  };
  t.match(await attributes(agent), { jwt: ATTRIBUTES, l3: { owner: 'payments' } });
  t.notOk('a' in (await attributes(agent)), 'not those that have none');
  t.same(await attributes(other), {});
  const client = server.tls('serverEntry', agent.identity);
  const ids = Array.from({ length: 501 }, (_, i) => `e${i}`);
  await t.rejects(call(client, client.GetAuthorizedAttributes, { ids }), {
    ...{ code: status.INVALID_ARGUMENT, details: 'more than 500 entry IDs' },
  });
  const updates = server.tls('updates', agent.identity);
  const fetched = await call(updates, updates.FetchEntries, { ids: ['jwt', 'a'] });
  t.match(fetched.attributes, { jwt: ATTRIBUTES });
  t.strictSame(Object.keys(fetched.attributes), ['jwt']);
});
