import t from 'tap';
import type { Test } from 'tap';
import { parseCertificate } from '@vouchsafe/pki/x509/certificate';
import type { Certificate } from '@vouchsafe/pki/x509/certificate';
import { parseCsr, verifyCsr } from '@vouchsafe/pki/x509/csr';
import { BundleCache } from '../../../agent/cache/bundle-cache.ts';
import { EntryIndex } from '../../../agent/cache/entry-index.ts';
import { SvidCache } from '../../../agent/cache/svid-cache.ts';
import { CallError, STATUS } from '../../../agent/sync/call-error.ts';
import type { CsrOfEntry } from '../../../agent/sync/server-client.ts';
import { SvidFetcher } from '../../../agent/sync/svid-fetcher.ts';
import type { SvidFetcherDeps } from '../../../agent/sync/svid-fetcher.ts';
import { captureLog } from '../../support/capture-log.ts';
import { entryOf, selectorsOf } from '../../support/entries.ts';
import { FakeCa } from '../../support/fake-ca.ts';
import type { SvidRequest } from '../../support/fake-ca.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { bundleOf } from '../../support/workload-svids.ts';

interface Options extends Partial<SvidFetcherDeps> {
  readonly ttlSeconds?: number;
}

type Answer = readonly Certificate[] | Error;

async function setUp({ ttlSeconds = 3600, ...overrides }: Options = {}) {
  const clock = new FakeClock();
  const ca = await FakeCa.create('example.org', clock);
  const caches = { index: new EntryIndex(), bundles: new BundleCache(), svids: new SvidCache() };
  caches.bundles.replace(bundleOf(ca), new Map());
  const batches: (readonly string[])[] = [];
  const state = { failure: undefined as Error | undefined };
  /** What the server makes of one request; tests replace it. */
  const answer = async ({ entryId, csr }: CsrOfEntry): Promise<Answer> => {
    const parsed = parseCsr(csr);
    await verifyCsr(parsed);
    const spiffeId = `spiffe://example.org/${entryId}`;
    const der = await ca.issue({ spiffeId, publicKeyInfo: parsed.publicKeyInfo, ttlSeconds });
    return [parseCertificate(der)];
  };
  const server = {
    answer,
    newX509Svids: async (requests: readonly CsrOfEntry[]) => {
      batches.push(requests.map(({ entryId }) => entryId));
      if (state.failure !== undefined) throw state.failure;
      return Promise.all(requests.map((request) => server.answer(request)));
    },
  };
  const captured = captureLog();
  const subject = new SvidFetcher({
    ...caches,
    server,
    keyType: 'ec-p256',
    keep: 1000,
    clock,
    log: captured.log,
    random: () => 0.5,
    ...overrides,
  });
  const put = (...ids: string[]): void => ids.forEach((id) => caches.index.put(entryOf(id)));
  const fetchAll = async (): Promise<void> => {
    while (await subject.fetchNext());
  };
  return { subject, server, state, batches, ca, clock, put, fetchAll, ...caches, ...captured };
}

t.test('has SVIDs signed before anybody asks, each with its own key', async (t) => {
  const { put, fetchAll, svids, batches, clock } = await setUp();
  put('a', 'b');
  await fetchAll();
  t.strictSame(batches, [['a', 'b']]);
  const [a, b] = [svids.find('a')!, svids.find('b')!];
  t.equal(a.spiffeId, 'spiffe://example.org/a');
  t.notSame(a.privateKey, b.privateKey);
  t.equal(a.expiresAt.getTime() - clock.now().getTime(), 3_600_000);
  await fetchAll();
  t.equal(batches.length, 1, 'and then leaves them alone');
});

t.test('asks for no more than five hundred at once', async (t) => {
  const { put, fetchAll, batches, svids } = await setUp();
  put(...Array.from({ length: 501 }, (_, i) => `e${i}`));
  await fetchAll();
  t.strictSame(
    batches.map(({ length }) => length),
    [500, 1],
  );
  t.equal(svids.size, 501);
});

t.test('renews at half-life, with a new key', async (t) => {
  const { put, fetchAll, svids, clock, batches } = await setUp();
  put('a');
  await fetchAll();
  const before = svids.find('a')!;
  clock.advance(1_790_000);
  await fetchAll();
  t.equal(batches.length, 1);
  clock.advance(10_000);
  await fetchAll();
  t.equal(batches.length, 2);
  t.notSame(svids.find('a')?.privateKey, before.privateKey);
});

t.test(
  'F-30: of a batch, one that fails is tried again later, and the others are there',
  async (t) => {
    const { put, fetchAll, server, svids, batches, clock, records } = await setUp();
    put('a', 'b', 'c');
    const { answer } = server;
    server.answer = (request) =>
      request.entryId === 'b'
        ? Promise.resolve(new CallError(STATUS.NOT_FOUND, 'entry not found'))
        : answer(request);
    await fetchAll();
    t.ok(svids.find('a') && svids.find('c'));
    t.equal(svids.find('b'), undefined);
    t.match(records, [{ level: 'warn', entry_id: 'b', spiffe_id: 'spiffe://example.org/b' }]);
    await fetchAll();
    t.equal(batches.length, 1, 'not at once');
    server.answer = answer;
    clock.advance(2000);
    await fetchAll();
    t.strictSame(batches[1], ['b']);
    t.ok(svids.find('b'));
  },
);

t.test('INT-01: nothing is taken over that a workload could not use', async (t) => {
  const id = 'spiffe://example.org/a';
  const impostor = await FakeCa.create('example.org', new FakeClock());
  const foreignKey = impostor.certificates[0]!.publicKeyInfo;
  const issue = async (ca: FakeCa, request: Partial<SvidRequest>) => {
    const { spiffeId = id, publicKeyInfo = foreignKey, ttlSeconds = 60 } = request;
    return [parseCertificate(await ca.issue({ spiffeId, publicKeyInfo, ttlSeconds }))];
  };
  for (const [name, make] of [
    ['another key', (ca: FakeCa) => issue(ca, {})],
    [
      'another identity',
      (ca: FakeCa, publicKeyInfo: Uint8Array) => issue(ca, { publicKeyInfo, spiffeId: `${id}b` }),
    ],
    [
      'an unknown authority',
      (_: FakeCa, publicKeyInfo: Uint8Array) => issue(impostor, { publicKeyInfo }),
    ],
    [
      'no time left',
      (ca: FakeCa, publicKeyInfo: Uint8Array) => issue(ca, { publicKeyInfo, ttlSeconds: -1 }),
    ],
  ] as const) {
    const { put, fetchAll, server, svids, ca, records } = await setUp();
    put('a');
    server.answer = ({ csr }) => make(ca, parseCsr(csr).publicKeyInfo);
    await fetchAll();
    t.equal(svids.find('a'), undefined, name);
    t.equal(records.length, 1, name);
  }
});

t.test('an entry that went while its SVID was signed gets none', async (t) => {
  const { put, fetchAll, server, svids, index } = await setUp();
  put('a');
  const { answer } = server;
  server.answer = (request) => {
    index.delete('a');
    return answer(request);
  };
  await fetchAll();
  t.equal(svids.find('a'), undefined);
});

t.test('T-15: replaces what a tainted or revoked authority signed, once', async (t) => {
  const { put, fetchAll, ca, svids, bundles, batches, clock } = await setUp();
  put('a');
  await fetchAll();
  const before = svids.find('a');
  await ca.rotate();
  bundles.replace(bundleOf(ca), new Map());
  await fetchAll();
  t.equal(svids.find('a'), before, 'a new authority is no reason');
  ca.taintOld();
  bundles.replace(bundleOf(ca), new Map());
  await fetchAll();
  const after = svids.find('a');
  t.not(after, before);
  ca.revokeOld();
  bundles.replace(bundleOf(ca), new Map());
  await fetchAll();
  t.equal(svids.find('a'), after, 'it is of the one that is left');
  t.equal(batches.length, 2);

  ca.authorities[0]!.tainted = true;
  bundles.replace(bundleOf(ca), new Map());
  await fetchAll();
  await fetchAll();
  t.equal(batches.length, 3, 'a server that signs with a tainted one is not asked without end');
  clock.advance(2001);
  await fetchAll();
  t.equal(batches.length, 4);
});

t.test('F-13: replaces what a revoked authority signed', async (t) => {
  const { put, fetchAll, ca, svids, bundles } = await setUp();
  put('a');
  await fetchAll();
  const before = svids.find('a');
  await ca.rotate();
  ca.revokeOld();
  bundles.replace(bundleOf(ca), new Map());
  await fetchAll();
  t.not(svids.find('a'), before);
});

t.test('a life of seconds is no loop', async (t) => {
  const { put, fetchAll, batches, clock, svids } = await setUp({ ttlSeconds: 4 });
  put('a');
  await fetchAll();
  t.equal(batches.length, 1);
  t.equal(svids.find('a')!.renewAt.getTime() - clock.now().getTime(), 2000);
});

async function running(t: Test, options: Options = {}) {
  const fixture = await setUp(options);
  const stop = new AbortController();
  t.teardown(() => stop.abort());
  const ended = fixture.subject.run(stop.signal);
  await fixture.clock.waiting();
  return { ...fixture, stop, ended };
}

t.test('M3: signs at once what a workload waits for', async (t) => {
  const { index, svids, batches, stop, ended } = await running(t, { keep: 0 });
  const [a, b] = [entryOf('a'), entryOf('b')];
  index.put(a);
  index.put(b);
  const subscriber = svids.subscribe();
  subscriber.interest = { selectors: selectorsOf('unix:uid:1000'), entryIds: ['a'] };
  svids.request([a]);
  await subscriber.changed(stop.signal);
  t.ok(svids.find('a'));
  t.strictSame(batches, [['a']]);
  stop.abort();
  await ended;
});

t.test('sleeps until the next is due', async (t) => {
  const { put, subject, clock, batches } = await running(t, { ttlSeconds: 20 });
  put('a');
  subject.wake();
  while (batches.length === 0 || clock.waits.length === 0) await new Promise(setImmediate);
  t.strictSame(clock.waits, [10_000]);
  clock.advance(10_000);
  while (batches.length === 1) await new Promise(setImmediate);
  t.strictSame(batches, [['a'], ['a']]);
});

t.test('F-17: a server that fails is not asked at the pace of those who wait', async (t) => {
  const { put, index, subject, svids, clock, batches, state, records } = await running(t);
  put('a', 'b', 'c', 'd');
  state.failure = new CallError(STATUS.RESOURCE_EXHAUSTED, 'rate (4) exceeds burst size (2)');
  subject.wake();
  while (records.length === 0) await new Promise(setImmediate);
  await clock.waiting();
  for (let i = 0; i < 100; i++) {
    const entry = entryOf(`w${i}`);
    index.put(entry);
    svids.request([entry]);
  }
  await new Promise(setImmediate);
  t.equal(batches.length, 1);
  t.strictSame(clock.waits, [500]);
  clock.advance(500);
  while (records.length === 1) await new Promise(setImmediate);
  await clock.waiting();
  t.strictSame(clock.waits, [1000]);
  t.ok(batches[1]!.length <= 250, 'with half as many, as it may have been too much');
  state.failure = undefined;
  subject.wake();
  while (svids.size < 104) await new Promise(setImmediate);
  t.pass('a sync shows that it is back');
});

t.test('says when everything that is to be signed by now has been, or was refused', async (t) => {
  const { subject, put, server, svids, state, clock } = await setUp();
  const stop = new AbortController();
  const running = subject.run(stop.signal);
  const { answer } = server;
  server.answer = (request) =>
    request.entryId === 'refused' ? Promise.resolve(new Error('no')) : answer(request);
  put('a', 'refused');
  await subject.settled();
  t.ok(svids.find('a'));
  await subject.settled();

  state.failure = new Error('down');
  put('b');
  let isSettled = false;
  const settled = subject.settled().then(() => (isSettled = true));
  while (!clock.waits.includes(500)) await new Promise(setImmediate);
  t.notOk(isSettled, 'a server that does not answer has refused nothing');
  state.failure = undefined;
  clock.advance(500);
  await settled;
  t.ok(svids.find('b'));
  stop.abort();
  await running;
});
