import { status } from '@grpc/grpc-js';
import { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import { generateKeyPair } from '@vouchsafe/pki/keys/key-pair';
import { createCsr } from '@vouchsafe/pki/x509/csr';
import type { Entry } from '@vouchsafe/proto/gen/spire/api/types/Entry';
import type { EntryMask } from '@vouchsafe/proto/gen/spire/api/types/EntryMask';
import type { SyncAuthorizedEntriesResponse__Output } from '@vouchsafe/proto/gen/spire/api/server/entry/v1/SyncAuthorizedEntriesResponse';
import t from 'tap';
import { call, identityOf, newAgent, startTestServer } from '../../support/test-server.ts';
import type { Attested } from '../../support/test-server.ts';

const server = await startTestServer(t);
const local = server.local('entry');
const idOf = (path: string, trust_domain = 'example.org') => ({ trust_domain, path });
const unix = (value: string) => ({ type: 'unix', value });

/** A new entry with something in every field. */
async function newEntry(path: string, overrides: Partial<Entry> = {}): Promise<string> {
  const entry = {
    parent_id: idOf('/node'),
    spiffe_id: idOf(path),
    selectors: [unix('uid:1')],
    x509_svid_ttl: 60,
    jwt_svid_ttl: 30,
    admin: true,
    downstream: true,
    expires_at: '4102444800',
    dns_names: ['b.example', 'a.example'],
    hint: 'internal',
    store_svid: true,
    additional_attributes: { jwt_svid_include_jti: true },
    ...overrides,
  };
  const { results } = await call(local, local.BatchCreateEntry, { entries: [entry] });
  if (results[0]?.status?.code !== status.OK) throw new Error(results[0]?.status?.message);
  return results[0].entry!.id;
}

const get = (id: string) => call(local, local.GetEntry, { id });

interface Masks {
  readonly input_mask?: EntryMask;
  readonly output_mask?: EntryMask;
}

async function update(entries: readonly Entry[], masks: Masks = {}) {
  const request = { entries: [...entries], ...masks };
  return (await call(local, local.BatchUpdateEntry, request)).results;
}

async function updateOne(entry: Entry, masks: Masks = {}) {
  const [result, ...more] = await update([entry], masks);
  if (result === undefined || more.length > 0) throw new Error('not one result');
  return { ...result, code: result.status?.code, message: result.status?.message ?? '' };
}

t.test('ENTRY-UPDATE-01 without an input mask everything is replaced', async (t) => {
  const id = await newEntry('/all');
  const before = await get(id);
  const entry = {
    id,
    parent_id: idOf('/elsewhere'),
    spiffe_id: idOf('/all/new'),
    selectors: [unix('uid:2')],
    revision_number: '7',
    created_at: '1',
  };
  const result = await updateOne(entry);
  t.strictSame(result.status, { code: status.OK, message: 'OK' });
  t.match(result.entry, {
    ...entry,
    x509_svid_ttl: 0,
    jwt_svid_ttl: 0,
    admin: false,
    downstream: false,
    expires_at: '0',
    dns_names: [],
    hint: '',
    store_svid: false,
    federates_with: [],
    revision_number: '1',
    created_at: before.created_at,
  });
  t.equal(result.entry!.additional_attributes ?? undefined, undefined, 'absent, not empty');
  t.strictSame(await get(id), result.entry);
});

const ONE_BY_ONE: readonly { field: keyof EntryMask; value: Partial<Entry> }[] = [
  { field: 'spiffe_id', value: { spiffe_id: idOf('/one/new') } },
  { field: 'parent_id', value: { parent_id: idOf('/elsewhere') } },
  { field: 'selectors', value: { selectors: [unix('gid:2'), unix('uid:2')] } },
  { field: 'x509_svid_ttl', value: { x509_svid_ttl: 90 } },
  { field: 'jwt_svid_ttl', value: { jwt_svid_ttl: 90 } },
  { field: 'admin', value: { admin: false } },
  { field: 'downstream', value: { downstream: false } },
  { field: 'expires_at', value: { expires_at: '0' } },
  { field: 'dns_names', value: { dns_names: ['c.example'] } },
  { field: 'store_svid', value: { store_svid: false } },
  { field: 'hint', value: { hint: 'external' } },
  { field: 'federates_with', value: { federates_with: [] } },
];

t.test('ENTRY-UPDATE-01 with one, only what it names is looked at', async (t) => {
  for (const [at, { field, value }] of ONE_BY_ONE.entries()) {
    await t.test(field, async (t) => {
      const id = await newEntry(`/one/${at}`);
      const before = await get(id);
      const noise = { spiffe_id: idOf('/spire/server'), dns_names: ['-'], hint: 'x'.repeat(1025) };
      const input_mask = { [field]: true };
      const result = await updateOne({ ...noise, ...value, id }, { input_mask });
      t.equal(result.code, status.OK, result.message);
      t.strictSame(
        JSON.parse(JSON.stringify(result.entry)),
        JSON.parse(JSON.stringify({ ...before, ...value, revision_number: '1' })),
      );
    });
  }
  await t.test('a mask that names nothing changes nothing but the revision', async (t) => {
    const id = await newEntry('/one/nothing');
    const before = await get(id);
    const input_mask = { revision_number: true, created_at: true };
    const sent = { id, created_at: '1', revision_number: '9', admin: false };
    const result = await updateOne(sent, { input_mask });
    t.strictSame(result.entry, { ...before, revision_number: '1' });
  });
});

t.test('ENTRY-UPDATE-02 additional attributes are replaced as a whole', async (t) => {
  const input_mask = { additional_attributes: true };
  const id = await newEntry('/attributes', { store_svid: false });
  const additional_attributes = { disable_x509_svid_prefetch: true };
  const set = await updateOne({ id, additional_attributes }, { input_mask });
  t.match(set.entry?.additional_attributes, {
    disable_x509_svid_prefetch: true,
    jwt_svid_include_jti: false,
  });
  const cleared = await updateOne({ id }, { input_mask });
  t.equal(cleared.code, status.OK);
  t.equal(cleared.entry?.additional_attributes ?? undefined, undefined);
  t.equal(cleared.entry?.revision_number, '2');
});

t.test('the output mask says what comes back, the ID always does', async (t) => {
  const id = await newEntry('/masked');
  const input_mask = { hint: true };
  const output_mask = { revision_number: true };
  const result = await updateOne({ id, hint: 'new' }, { input_mask, output_mask });
  t.match(result.entry, { id, revision_number: '1', hint: '', spiffe_id: null, selectors: [] });
});

const REFUSED: readonly {
  name: string;
  entry: Entry;
  mask: EntryMask | undefined;
  message: RegExp;
}[] = [
  {
    name: 'nothing, where everything is replaced',
    entry: {},
    mask: undefined,
    message: /^failed to convert entry: invalid parent ID: request must specify SPIFFE ID$/,
  },
  {
    name: 'no SPIFFE ID where it is named',
    entry: {},
    mask: { spiffe_id: true },
    message: /^failed to convert entry: invalid spiffe ID: request must specify SPIFFE ID$/,
  },
  {
    name: 'no selectors where they are named',
    entry: {},
    mask: { selectors: true },
    message: /^failed to convert entry: selector list is empty$/,
  },
  {
    name: 'the ID of a server (T-18)',
    entry: { spiffe_id: idOf('/spire/server') },
    mask: { spiffe_id: true },
    message: /^failed to convert entry: .*path is in the reserved namespace$/,
  },
  {
    name: 'another trust domain (SV-07)',
    entry: { spiffe_id: idOf('/x', 'other.org') },
    mask: { spiffe_id: true },
    message: /^failed to convert entry: .*is not a member of trust domain/,
  },
  {
    name: 'a parent elsewhere',
    entry: { parent_id: idOf('/x', 'other.org') },
    mask: { parent_id: true },
    message: /^failed to convert entry: invalid parent ID/,
  },
  {
    name: 'a DNS name that is none',
    entry: { dns_names: ['a b'] },
    mask: { dns_names: true },
    message: /^failed to convert entry: .*DNS name/,
  },
  {
    name: 'a hint that is too long',
    entry: { hint: 'x'.repeat(1025) },
    mask: { hint: true },
    message: /^failed to convert entry: hint is too long/,
  },
  {
    name: 'an expiry that is none',
    entry: { expires_at: '-1' },
    mask: { expires_at: true },
    message: /^failed to convert entry: invalid expiry/,
  },
  {
    name: 'a negative TTL',
    entry: { jwt_svid_ttl: -1 },
    mask: { jwt_svid_ttl: true },
    message: /^failed to update entry: TTL cannot be negative$/,
  },
  {
    name: 'selectors that do not go with what is there: its SVID is stored',
    entry: { selectors: [unix('uid:1'), { type: 'k8s', value: 'ns:x' }] },
    mask: { selectors: true },
    message: /^failed to update entry: selector types must be the same/,
  },
  {
    name: 'no prefetch, of an SVID that is stored',
    entry: { additional_attributes: { disable_x509_svid_prefetch: true } },
    mask: { additional_attributes: true },
    message: /^failed to update entry: .*prefetch/,
  },
  {
    name: 'a federated trust domain without bundle',
    entry: { federates_with: ['other.org'] },
    mask: { federates_with: true },
    message: /unable to find federated bundle "spiffe:\/\/other.org"/,
  },
];

t.test('what is refused leaves the entry as it was', async (t) => {
  const id = await newEntry('/refused');
  const before = await get(id);
  for (const { name, entry, mask, message } of REFUSED) {
    await t.test(name, async (t) => {
      const masks = mask === undefined ? {} : { input_mask: mask };
      const result = await updateOne({ ...entry, id }, masks);
      t.equal(result.code, status.INVALID_ARGUMENT);
      t.match(result.message, message);
      t.equal(result.entry, null);
    });
  }
  t.strictSame(await get(id), before);
});

t.test('ENTRY-UPDATE-03 each of a batch gets its own answer, in order', async (t) => {
  const [first, second] = [await newEntry('/batch/1'), await newEntry('/batch/2')];
  const results = await update(
    [
      { id: 'never-was', hint: 'x' },
      { id: first, hint: 'new' },
      { hint: 'x' },
      { id: second, hint: 'x'.repeat(1025) },
      { id: first, hint: 'newer' },
    ],
    { input_mask: { hint: true } },
  );
  const notFound = { status: { code: status.NOT_FOUND, message: 'failed to update entry' } };
  t.match(results, [
    { ...notFound, entry: null },
    { status: { code: status.OK }, entry: { id: first, hint: 'new', revision_number: '1' } },
    { ...notFound, entry: null },
    { status: { code: status.INVALID_ARGUMENT }, entry: null },
    { status: { code: status.OK }, entry: { id: first, hint: 'newer', revision_number: '2' } },
  ]);
  t.strictSame(await update([]), []);
});

t.test('two entries do not become one', async (t) => {
  const [kept, moved] = [await newEntry('/same'), await newEntry('/other')];
  const input_mask = { spiffe_id: true };
  const result = await updateOne({ id: moved, spiffe_id: idOf('/same') }, { input_mask });
  t.match(result, {
    code: status.ALREADY_EXISTS,
    message: `failed to update entry: similar entry already exists (entry ID ${kept})`,
    entry: null,
  });
  const same = await updateOne({ id: kept, spiffe_id: idOf('/same') }, { input_mask });
  t.equal(same.code, status.OK, 'it is not in its own way');
});

/** What the agent is told first: the revision of each of its entries. */
async function synced(agent: Attested): Promise<SyncAuthorizedEntriesResponse__Output> {
  const client = server.tls('entry', agent.identity);
  const stream = client.SyncAuthorizedEntries();
  stream.write({ output_mask: { revision_number: true, hint: true } });
  const answers = stream as AsyncIterable<SyncAuthorizedEntriesResponse__Output>;
  const next = await answers[Symbol.asyncIterator]().next();
  stream.end();
  return next.value as SyncAuthorizedEntriesResponse__Output;
}

t.test('an agent is told of it at once', async (t) => {
  const agent = await newAgent(server);
  const id = await newEntry('/synced', { parent_id: idOf(agent.path), store_svid: false });
  t.match((await synced(agent)).entries, [{ id, revision_number: '0', hint: 'internal' }]);
  await update([{ id, hint: 'new' }], { input_mask: { hint: true } });
  t.match((await synced(agent)).entries, [{ id, revision_number: '1', hint: 'new' }]);
  await update([{ id, parent_id: idOf('/node') }], { input_mask: { parent_id: true } });
  t.strictSame((await synced(agent)).entries, [], 'and of one that is another’s now');
});

t.test('an administrator that is no longer one has no rights any more (T-18)', async (t) => {
  const svids = server.local('svid');
  const key = await generateKeyPair('ec-p256');
  const spiffeId = SpiffeId.parse('spiffe://example.org/boss');
  const csr = Buffer.from(await createCsr({ signer: key.signer, spiffeId }));
  const { svid } = await call(svids, svids.MintX509SVID, { csr });
  const boss = server.tls('entry', identityOf(svid!.cert_chain, key).identity);
  const id = await newEntry('/boss', { admin: false });
  const promote = { entries: [{ id, admin: true }], input_mask: { admin: true } };
  const demote = { entries: [{ id, admin: false }], input_mask: { admin: true } };
  const denied = { code: status.PERMISSION_DENIED };
  await t.rejects(call(boss, boss.BatchUpdateEntry, promote), denied, 'nobody makes himself one');
  await call(local, local.BatchUpdateEntry, promote);
  const { results } = await call(boss, boss.BatchUpdateEntry, demote);
  t.equal(results[0]?.status?.code, status.OK);
  await t.rejects(call(boss, boss.BatchUpdateEntry, promote), denied);
});

t.test('each item leaves an audit line', async (t) => {
  const id = await newEntry('/audited');
  await update(
    [
      { id, hint: 'audited', admin: false },
      { id: 'audited-never-was', admin: false },
    ],
    { input_mask: { hint: true, admin: true } },
  );
  const linesOf = (entryId: string) =>
    server.log.filter(
      ({ type, method, entry_id }) =>
        type === 'audit' && String(method).endsWith('/BatchUpdateEntry') && entry_id === entryId,
    );
  const [done, ...more] = linesOf(id);
  t.strictSame(more, []);
  t.match(done, {
    caller: 'local',
    spiffe_id: 'spiffe://example.org/audited',
    admin: false,
    changed: ['admin', 'hint'],
    revision_number: 1,
    error: undefined,
  });
  t.match(linesOf('audited-never-was'), [{ admin: false, error: /./ }]);
});
