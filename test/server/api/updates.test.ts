import { status } from '@grpc/grpc-js';
import type { ServiceError } from '@grpc/grpc-js';
import { generateKeyPair } from '@vouchsafe/pki/keys/key-pair';
import { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import { createCsr } from '@vouchsafe/pki/x509/csr';
import type { WatchResponse__Output } from '@vouchsafe/proto/gen/vouchsafe/server/updates/v1/WatchResponse';
import { decodeStatusDetails } from '@vouchsafe/proto/status-details';
import t from 'tap';
import type { Test } from 'tap';
import { call, identityOf, newAgent, startTestServer } from '../../support/test-server.ts';
import type { Attested, TestServer } from '../../support/test-server.ts';

const trust_domain = 'example.org';
const METHOD = '/vouchsafe.server.updates.v1.Updates/Watch';

/** Reads a stream of updates one message at a time. */
function watch(server: TestServer, identity?: Attested['identity'], from_revision = '0') {
  const client = identity === undefined ? server.local('updates') : server.tls('updates', identity);
  const stream = client.Watch({ from_revision });
  stream.on('error', () => undefined); // next() throws it
  const messages = stream[Symbol.asyncIterator]() as AsyncIterator<
    WatchResponse__Output,
    WatchResponse__Output
  >;
  return {
    stream,
    next: async (): Promise<WatchResponse__Output> => (await messages.next()).value,
  };
}

/** What follows until a message says something of entries or asks to read them anew. */
async function nextOfEntries(watcher: ReturnType<typeof watch>): Promise<WatchResponse__Output> {
  for (;;) {
    const message = await watcher.next();
    const isOfEntries = message.changes.some(({ kind }) => kind === 'ENTRY');
    if (isOfEntries || message.resync.includes('ENTRY')) return message;
  }
}

function entryApi(server: TestServer) {
  const client = server.local('entry');
  const entryOf = (path: string, parent: string, more: object = {}) => ({
    spiffe_id: { trust_domain, path },
    parent_id: { trust_domain, path: parent },
    selectors: [{ type: 'unix', value: `uid:${path.length}` }],
    ...more,
  });
  const createAll = async (entries: readonly object[]): Promise<string[]> => {
    const { results } = await call(client, client.BatchCreateEntry, { entries: [...entries] });
    return results.map(({ entry }) => entry!.id);
  };
  return {
    entryOf,
    createAll,
    create: async (path: string, parent: string, more: object = {}): Promise<string> =>
      (await createAll([entryOf(path, parent, more)]))[0]!,
    update: (id: string, changes: object) =>
      call(client, client.BatchUpdateEntry, {
        entries: [{ id, ...changes }],
        input_mask: Object.fromEntries(Object.keys(changes).map((name) => [name, true])),
      }),
    remove: (...ids: string[]) => call(client, client.BatchDeleteEntry, { ids }),
  };
}

async function setUp(t: Test) {
  const server = await startTestServer(t);
  const [one, two] = [await newAgent(server, { alias: '/node' }), await newAgent(server)];
  return { server, one, two, ...entryApi(server) };
}

const changed = (...ids: readonly string[]) =>
  ids.map((id) => ({ kind: 'ENTRY', id, gone: false }));
const gone = (...ids: readonly string[]) => ids.map((id) => ({ kind: 'ENTRY', id, gone: true }));

t.test('an agent learns of its own entries, at once, and of no others', async (t) => {
  const { server, one, two, create, update, remove } = await setUp(t);
  const [first, second] = [watch(server, one.identity), watch(server, two.identity)];
  const start = await first.next();
  t.match(start, { changes: [], resync: ['ENTRY', 'AGENT', 'BUNDLE'] });
  t.ok(Number(start.revision) > 0);
  await second.next();

  const a = await create('/a', one.path);
  const told = await first.next();
  t.strictSame(told, {
    revision: String(Number(start.revision) + 1),
    changes: changed(a),
    resync: [],
  });
  const aliased = await create('/b', '/node');
  t.strictSame((await first.next()).changes, changed(aliased), 'through its alias');
  const nested = await create('/c', '/b');
  t.strictSame((await first.next()).changes, changed(nested), 'and below others');
  await update(a, { hint: 'new' });
  t.strictSame((await first.next()).changes, changed(a));

  const theirs = await create('/d', two.path);
  t.strictSame(
    (await second.next()).changes,
    changed(theirs),
    'nothing of the other agent’s before it',
  );
  await update(a, { parent_id: { trust_domain, path: two.path } });
  t.strictSame((await first.next()).changes, gone(a), 'one that goes to another is gone here');
  t.strictSame((await second.next()).changes, changed(a), 'and is there');

  await remove(aliased);
  t.strictSame((await first.next()).changes, gone(aliased, nested), 'with what was below it');
  await remove(nested, theirs);
  t.strictSame((await second.next()).changes, gone(theirs));
});

t.test('a new alias, or an entry with many below it, has everything read anew', async (t) => {
  const { server, one, create, createAll, entryOf, remove } = await setUp(t);
  const watcher = watch(server, one.identity);
  await watcher.next();
  const many = Array.from({ length: 1001 }, (_, i) => entryOf(`/many/${i}`, '/parent'));
  for (let at = 0; at < many.length; at += 500) await createAll(many.slice(at, at + 500));
  const parent = await create('/parent', '/node');
  t.match(await watcher.next(), { changes: [], resync: ['ENTRY'] });
  await remove(parent);
  t.match(await watcher.next(), { changes: [], resync: ['ENTRY'] });
});

t.test('bundles, for those who need them', async (t) => {
  const { server, one, two, create } = await setUp(t);
  const [first, second] = [watch(server, one.identity), watch(server, two.identity)];
  await first.next();
  await second.next();
  const bundles = server.local('bundle');
  const own = await call(bundles, bundles.GetBundle, {});
  const set = (trustDomain: string) =>
    call(bundles, bundles.BatchSetFederatedBundle, {
      bundle: [{ ...own, trust_domain: trustDomain }],
    });
  await set('other.org');
  const entry = await create('/a', one.path, { federates_with: ['other.org'] });
  t.strictSame((await first.next()).changes, changed(entry), 'whose bundle nobody needed before');
  const { x509_authorities } = own;
  await call(bundles, bundles.BatchSetFederatedBundle, {
    bundle: [{ trust_domain: 'other.org', x509_authorities, refresh_hint: '77' }],
  });
  t.strictSame((await first.next()).changes, [{ kind: 'BUNDLE', id: 'other.org', gone: false }]);
  await call(bundles, bundles.AppendBundle, {
    x509_authorities,
    jwt_authorities: [{ key_id: 'extra', public_key: own.jwt_authorities[0]!.public_key }],
  });
  const ofOwn = [{ kind: 'BUNDLE', id: 'example.org', gone: false }];
  t.strictSame((await first.next()).changes, ofOwn);
  t.strictSame((await second.next()).changes, ofOwn, 'who heard nothing of the other one');
});

t.test('an administrator learns of everything', async (t) => {
  const { server, one, create, remove } = await setUp(t);
  const watcher = watch(server);
  await watcher.next();
  const id = await create('/a', '/nowhere');
  t.strictSame((await watcher.next()).changes, changed(id));
  await remove(id);
  t.strictSame((await watcher.next()).changes, gone(id));
  const agents = server.local('agent');
  await call(agents, agents.DeleteAgent, { id: { trust_domain, path: one.path } });
  const { changes } = await watcher.next();
  t.match(changes.at(-1) ?? {}, { gone: true });
  t.ok(changes.some(({ kind, id: agent }) => kind === 'AGENT' && agent.endsWith(one.path)));
});

t.test('who comes back is told of the time between', async (t) => {
  const { server, one, create, createAll, entryOf, remove } = await setUp(t);
  const watcher = watch(server, one.identity);
  const { revision } = await watcher.next();
  watcher.stream.cancel();
  const resume = async (from: string) => {
    const again = watch(server, one.identity, from);
    const message = await again.next();
    again.stream.cancel();
    return message;
  };
  t.strictSame(
    await resume(revision),
    { revision, changes: [], resync: [] },
    'nothing has happened',
  );
  const id = await create('/a', one.path);
  const told = await resume(revision);
  t.match(told, { changes: changed(id), resync: [] });
  await remove(id);
  t.match(
    await resume(told.revision),
    { changes: [], resync: ['ENTRY'] },
    'IDs of what is gone are not told',
  );
  const ahead = String(Number(told.revision) + 1000);
  t.match(
    await resume(ahead),
    { changes: [], resync: ['ENTRY', 'AGENT', 'BUNDLE'] },
    'a database put back',
  );
  const many = Array.from({ length: 1001 }, (_, i) => entryOf(`/m/${i}`, one.path));
  for (let at = 0; at < many.length; at += 500) await createAll(many.slice(at, at + 500));
  t.match(
    await resume(told.revision),
    { changes: [], resync: ['ENTRY', 'AGENT', 'BUNDLE'] },
    'too much',
  );
});

for (const [title, method, reason] of [
  ['banned', 'BanAgent', 'AGENT_BANNED'],
  ['evicted', 'DeleteAgent', 'AGENT_NOT_ATTESTED'],
] as const) {
  t.test(`the stream of an agent ends as it is ${title}`, async (t) => {
    const { server, one } = await setUp(t);
    const watcher = watch(server, one.identity);
    await watcher.next();
    const agents = server.local('agent');
    await call(agents, agents[method], { id: { trust_domain, path: one.path } });
    const refusal = {
      code: status.PERMISSION_DENIED,
      details: `authorization denied for method ${METHOD}`,
    };
    const error = (await watcher.next().catch((thrown: unknown) => thrown)) as ServiceError;
    t.match(error, refusal);
    const [details] = error.metadata.get('grpc-status-details-bin');
    t.equal(decodeStatusDetails(details as Buffer)?.reason, reason);
    t.match(
      server.log.filter(({ msg }) => msg === 'Call refused'),
      [{ method: METHOD, reason, caller: `spiffe://example.org${one.path}` }],
    );
    const updates = server.tls('updates', one.identity);
    await t.rejects(call(updates, updates.FetchEntries, { ids: [] }), {
      code: status.PERMISSION_DENIED,
    });
    await t.rejects(watch(server, one.identity).next(), { code: status.PERMISSION_DENIED });
  });
}

t.test('a renewed SVID, once used, ends the streams that showed the old one (T-11)', async (t) => {
  const { server, one } = await setUp(t);
  const watcher = watch(server, one.identity);
  await watcher.next();
  const agents = server.tls('agent', one.identity);
  const csr = Buffer.from(await createCsr({ signer: one.key.signer }));
  const { svid } = await call(agents, agents.RenewAgent, { params: { csr } });
  t.match(await watcher.next(), { changes: [{ kind: 'AGENT', gone: false }] }, 'not before that');
  const renewed = identityOf(svid!.cert_chain, one.key);
  const again = watch(server, renewed.identity);
  await again.next();
  await t.rejects(watcher.next(), { code: status.PERMISSION_DENIED });
  const updates = server.local('updates');
  const { waiting } = await call(updates, updates.AwaitServed, {});
  t.strictSame(waiting, [`spiffe://example.org${one.path}`], 'the new one goes on');
});

t.test('an administrator whose entry is deleted hears no more', async (t) => {
  const { server, create, remove } = await setUp(t);
  const svids = server.local('svid');
  const key = await generateKeyPair('ec-p256');
  const spiffeId = SpiffeId.parse('spiffe://example.org/admin');
  const csr = Buffer.from(await createCsr({ signer: key.signer, spiffeId }));
  const { svid } = await call(svids, svids.MintX509SVID, { csr });
  const { identity } = identityOf(svid!.cert_chain, key);
  await t.rejects(watch(server, identity).next(), { code: status.PERMISSION_DENIED });
  const id = await create('/admin', '/node', { admin: true });
  const watcher = watch(server, identity);
  t.match(await watcher.next(), { resync: ['ENTRY', 'AGENT', 'BUNDLE'] });
  await remove(id);
  await t.rejects(watcher.next(), { code: status.PERMISSION_DENIED });
});

t.test('an agent fetches what it was told of, if it is its own', async (t) => {
  const { server, one, two, create } = await setUp(t);
  const [a, b] = [await create('/a', one.path), await create('/b', two.path)];
  const updates = server.tls('updates', one.identity);
  const fetch = (ids: string[], output_mask: object | null = null) =>
    call(updates, updates.FetchEntries, { ids, output_mask });
  const { entries } = await fetch([a, b, a, 'unknown', '']);
  const entry = server.local('entry');
  t.strictSame(entries, [await call(entry, entry.GetEntry, { id: a })]);
  const masked = await fetch([a], { hint: true });
  t.match(masked.entries, [{ id: a, spiffe_id: null, selectors: [] }]);
  t.strictSame((await fetch([])).entries, []);
  const tooMany = Array.from({ length: 501 }, () => a);
  t.equal((await fetch(tooMany.slice(1))).entries.length, 1);
  await t.rejects(fetch(tooMany), {
    code: status.INVALID_ARGUMENT,
    details: 'more than 500 entry IDs',
  });
});

t.test('who serves a change, and who is waited for', async (t) => {
  const { server, one, two, create } = await setUp(t);
  const admin = server.local('updates');
  const await_ = (request: object) => call(admin, admin.AwaitServed, request);
  const id = (agent: Attested): string => `spiffe://example.org${agent.path}`;
  const entry = await create('/a', one.path);
  t.strictSame(await await_({ entry_ids: [entry], wait_ms: 600_000 }), {
    served: [],
    waiting: [],
    not_connected: [id(one)],
  });
  t.strictSame(await await_({ entry_ids: ['unknown'] }), {
    served: [],
    waiting: [],
    not_connected: [],
  });

  const watcher = watch(server, one.identity);
  const { revision } = await watcher.next();
  t.match(await await_({ entry_ids: [entry], wait_ms: 1 }), { waiting: [id(one)] });
  const updates = server.tls('updates', one.identity);
  const acknowledge = (told: string) => call(updates, updates.Acknowledge, { revision: told });
  await acknowledge(revision);
  t.match(await await_({ entry_ids: [entry] }), { served: [id(one)], waiting: [] });

  const more = await create('/b', one.path);
  const told = await nextOfEntries(watcher);
  await create('/c', two.path);
  const waits = await_({ entry_ids: [more], wait_ms: 600_000 });
  t.match(await await_({ entry_ids: [more] }), { served: [], waiting: [id(one)] });
  await acknowledge(told.revision);
  t.match(await waits, { served: [id(one)], waiting: [] }, 'whatever has happened to others since');
  t.strictSame(await await_({ wait_ms: 1000 }), {
    served: [id(one)],
    waiting: [],
    not_connected: [id(two)],
  });

  await create('/d', one.path);
  await nextOfEntries(watcher);
  const leaving = await_({ wait_ms: 600_000 });
  t.match(await await_({}), { waiting: [id(one)] });
  watcher.stream.cancel();
  t.match(
    await leaving,
    { waiting: [], not_connected: [id(one), id(two)] },
    'nobody waits for the gone',
  );
  await t.rejects(acknowledge(told.revision), { code: status.FAILED_PRECONDITION });
});

t.test('an agent cannot acknowledge what it was not told', async (t) => {
  const { server, one } = await setUp(t);
  const updates = server.tls('updates', one.identity);
  const acknowledge = (revision: string) => call(updates, updates.Acknowledge, { revision });
  const watcher = watch(server, one.identity);
  const { revision } = await watcher.next();
  for (const [value, code] of [
    [String(Number(revision) + 1), status.FAILED_PRECONDITION],
    ['-1', status.INVALID_ARGUMENT],
    ['9007199254740993', status.INVALID_ARGUMENT],
  ] as const) {
    await t.rejects(acknowledge(value), { code }, value);
  }
  await t.rejects(watch(server, one.identity, '-1').next(), {
    code: status.INVALID_ARGUMENT,
    details: 'malformed revision',
  });
  const admin = server.local('updates');
  const entry_ids = Array.from({ length: 501 }, () => 'x');
  await t.rejects(call(admin, admin.AwaitServed, { entry_ids }), { code: status.INVALID_ARGUMENT });
});

t.test('streams end with UNAVAILABLE when the server stops', async (t) => {
  const { server, one } = await setUp(t);
  const watcher = watch(server, one.identity);
  await watcher.next();
  const ends = t.rejects(watcher.next(), { code: status.UNAVAILABLE });
  await server.running.close();
  await ends;
});
