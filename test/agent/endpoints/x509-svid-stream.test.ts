import t from 'tap';
import type { Test } from 'tap';
import { status } from '@grpc/grpc-js';
import { once } from 'node:events';
import { entryOf } from '../../support/entries.ts';
import { FakeCa } from '../../support/fake-ca.ts';
import { startNode } from '../../support/child.ts';
import { startEndpoint } from '../../support/workload-endpoint.ts';
import type { EndpointOptions, WorkloadStream } from '../../support/workload-endpoint.ts';
import { workloadSvid } from '../../support/workload-svids.ts';

const NO_IDENTITY = { code: status.PERMISSION_DENIED, details: 'no identity issued' };

type Endpoint = Awaited<ReturnType<typeof startEndpoint>>;
type Stream = WorkloadStream<{
  svids: { spiffe_id: string; hint: string; x509_svid: Buffer }[];
  federated_bundles: object;
}>;

const ids = ({ svids }: { svids: { spiffe_id: string }[] }): string[] =>
  svids.map(({ spiffe_id }) => spiffe_id.replace('spiffe://example.org/', ''));

/** The next message, and proof that there was only one: another change must come right behind it. */
async function only(
  endpoint: Endpoint,
  stream: Stream,
): Promise<Awaited<ReturnType<Stream['next']>>> {
  const message = await stream.next();
  await endpoint.ca.rotate();
  endpoint.publish();
  const fence = await stream.next();
  t.not(fence.svids.length, undefined);
  t.strictSame(ids(fence), ids(message), 'nothing but the bundle has changed in between');
  return message;
}

async function open(
  t: Test,
  options: EndpointOptions = {},
  ...entries: ReturnType<typeof entryOf>[]
) {
  const endpoint = await startEndpoint(t, options);
  await endpoint.issue(...(entries.length === 0 ? [entryOf('a')] : entries));
  const stream: Stream = endpoint.client().stream('FetchX509SVID');
  const first = await stream.next();
  return { endpoint, stream, first };
}

t.test('STR-01: WAPI-07: a warm cache answers at once', async (t) => {
  const endpoint = await startEndpoint(t);
  await endpoint.issue(entryOf('a'));
  const client = endpoint.client();
  await client.stream('FetchX509SVID').next();
  const startedAt = performance.now();
  await client.stream('FetchX509SVID').next();
  t.ok(performance.now() - startedAt < 100);
});

t.test('STR-01: a cold one with all identities together, never with some', async (t) => {
  const endpoint = await startEndpoint(t);
  const entries = ['a', 'b', 'c'].map((id) => entryOf(id));
  for (const entry of entries) endpoint.index.put(entry);
  const stream = endpoint.client().stream('FetchX509SVID');
  const message = stream.next();
  await endpoint.clock.waiting();
  for (const entry of entries) {
    t.ok(endpoint.svids.isWanted(entry.id), 'it asks for it to be signed');
    endpoint.svids.put(new Map([[entry.id, await workloadSvid(endpoint.ca, entry)]]));
    await new Promise(setImmediate);
  }
  t.strictSame(ids(await message), ['a', 'b', 'c']);
});

t.test('WEP-12: or says to come back when they take too long', async (t) => {
  const endpoint = await startEndpoint(t);
  endpoint.index.put(entryOf('a'));
  const answer = endpoint.client().status('FetchX509SVID');
  await endpoint.clock.waiting();
  endpoint.clock.advance(10_000);
  t.match(await answer, { code: status.UNAVAILABLE });
  t.equal(endpoint.svids.subscribers.size, 0);
});

t.test('STR-02: each trigger is one new message', async (t) => {
  const { endpoint, stream } = await open(t);
  const { ca } = endpoint;
  await endpoint.issue(entryOf('b', { createdAt: 1 }));
  t.strictSame(ids(await only(endpoint, stream)), ['a', 'b'], 'an entry that comes');

  const renewed = await workloadSvid(ca, endpoint.index.find('a')!);
  endpoint.svids.put(new Map([['a', renewed]]));
  t.ok(
    (await only(endpoint, stream)).svids[0]!.x509_svid.equals(renewed.certificates),
    'an SVID renewed',
  );

  await endpoint.issue(entryOf('b', { createdAt: 1, revision: '1', hint: 'x' }));
  t.equal((await only(endpoint, stream)).svids[1]!.hint, 'x', 'a hint');

  const other = await FakeCa.create('other.org', endpoint.clock);
  endpoint.publish(other);
  await endpoint.issue(entryOf('b', { createdAt: 1, revision: '2', federatesWith: ['other.org'] }));
  let message = await stream.next();
  t.strictSame(Object.keys(message.federated_bundles), ['spiffe://other.org'], 'federation');

  await other.rotate();
  endpoint.publish(other);
  message = await stream.next();
  t.strictSame(
    Object.keys(message.federated_bundles),
    ['spiffe://other.org'],
    'a federated bundle',
  );

  endpoint.publish();
  t.strictSame((await stream.next()).federated_bundles, {}, 'STR-04: WAPI-09: one that goes');

  endpoint.withdraw('a');
  t.strictSame(ids(await stream.next()), ['b'], 'an entry that goes');
});

t.test('STR-07: what is none of its business is no message', async (t) => {
  const { endpoint, stream } = await open(t);
  const before = endpoint.attestation.count;
  await endpoint.issue(entryOf('z', { selectors: ['unix:uid:1'] }));
  endpoint.publish(await FakeCa.create('unrelated.org', endpoint.clock));
  endpoint.svids.subscribers.notify({ bundles: true });
  for (let i = 0; i < 10; i++) await new Promise(setImmediate);
  t.equal(endpoint.attestation.count, before, 'nobody is attested for it');
  await endpoint.issue(entryOf('b'));
  t.strictSame(ids(await stream.next()), ['a', 'b'], 'this is the second message');
});

t.test(
  'WAPI-20: STR-05: F-29: identities are withdrawn at once, the last with a denial',
  async (t) => {
    const { endpoint, stream } = await open(t, {}, entryOf('a'), entryOf('b'));
    endpoint.withdraw('b');
    t.strictSame(ids(await stream.next()), ['a']);
    endpoint.withdraw('a');
    await t.rejects(stream.next(), NO_IDENTITY);
    t.equal(endpoint.svids.subscribers.size, 0, 'STR-11');
  },
);

t.test('WAPI-20: withdrawal does not wait for something new to be signed', async (t) => {
  const { endpoint, stream } = await open(t, {}, entryOf('a'), entryOf('b'));
  endpoint.index.put(entryOf('c'));
  endpoint.withdraw('b');
  t.strictSame(ids(await stream.next()), ['a']);
  await endpoint.issue(entryOf('c'));
  t.strictSame(ids(await stream.next()), ['a', 'c']);
});

t.test('the only identity may be replaced, in a moment', async (t) => {
  const { endpoint, stream } = await open(t);
  const b = entryOf('b');
  endpoint.index.put(b);
  endpoint.withdraw('a');
  await endpoint.clock.waiting();
  await endpoint.issue(b);
  t.strictSame(ids(await stream.next()), ['b']);
  t.strictSame(endpoint.clock.waits, []);
});

t.test('but if that takes longer, it is withdrawn', async (t) => {
  const { endpoint, stream } = await open(t);
  endpoint.index.put(entryOf('b'));
  endpoint.withdraw('a');
  await endpoint.clock.waiting();
  endpoint.clock.advance(2000);
  await t.rejects(stream.next(), NO_IDENTITY);
});

t.test('STR-06: T-01: who it is, is found out again before each message', async (t) => {
  const selectors = { now: 'unix:uid:1000' };
  const { endpoint, stream } = await open(t, { attest: () => [selectors.now] });
  selectors.now = 'unix:uid:1';
  await endpoint.issue(entryOf('b'), entryOf('c', { selectors: ['unix:uid:1'] }));
  t.strictSame(ids(await stream.next()), ['c'], 'it is another user now: what was is withdrawn');
});

t.test(
  'STR-12: STR-15: if that cannot be found out any more, the stream ends with UNAVAILABLE',
  async (t) => {
    const { unavailable } = await import('../../../runtime/rpc/status.ts');
    let fails = false;
    const { endpoint, stream } = await open(t, {
      attest: () =>
        fails ? Promise.reject(unavailable('workload attestation failed')) : ['unix:uid:1000'],
    });
    fails = true;
    await endpoint.issue(entryOf('b'));
    await t.rejects(stream.next(), { code: status.UNAVAILABLE });
  },
);

t.test('INT-15: STR-10: an expired SVID is never sent, and the stream stays', async (t) => {
  const { endpoint, stream } = await open(t);
  endpoint.clock.advance(3_600_000);
  await endpoint.ca.rotate();
  endpoint.publish();
  const late = endpoint.client().status('FetchX509SVID');
  await endpoint.clock.waiting();
  await endpoint.issue(entryOf('a', { revision: '1' }));
  const message = await stream.next();
  t.strictSame(ids(message), ['a']);
  await t.rejects(late, { message: 'a message' }, 'who came meanwhile is served then');
});

t.test('STR-08: F-28: WAPI-08: a slow reader gets the latest, not a queue', async (t) => {
  const endpoint = await startEndpoint(t);
  const entries = Array.from({ length: 60 }, (_, i) => entryOf(`e${i}`));
  await endpoint.issue(...entries);
  const { raw } = endpoint.client().stream('FetchX509SVID');
  await once(raw, 'data'); // before that, the client library reads without being asked
  raw.pause();
  const rss = process.memoryUsage().rss;
  for (let i = 0; i < 300; i++) {
    const svid = await workloadSvid(endpoint.ca, entries[0]!);
    endpoint.svids.put(new Map([['e0', svid]]));
    await new Promise(setImmediate);
  }
  const last = endpoint.svids.find('e0')!.certificates;
  let messages = 0;
  raw.on('data', ({ svids }: { svids: { x509_svid: Buffer; spiffe_id: string }[] }) => {
    messages++;
    const own = svids.find(({ spiffe_id }) => spiffe_id.endsWith('/e0'))!;
    if (own.x509_svid.equals(last)) raw.emit('latest');
  });
  raw.resume();
  await once(raw, 'latest');
  t.ok(messages < 100, `${messages} messages for 300 changes`);
  t.ok(process.memoryUsage().rss - rss < 100e6);
});

t.test('STR-09: INT-22: F-21: shutting down ends streams with UNAVAILABLE', async (t) => {
  const { endpoint, stream } = await open(t);
  const bundles = endpoint.client().stream('FetchX509Bundles');
  await bundles.next();
  const cold = startEndpoint(t, { notReady: true });
  const waiting = (await cold).client().status('FetchX509SVID');
  await (await cold).clock.waiting();
  const ends = Promise.all([
    t.rejects(stream.next(), { code: status.UNAVAILABLE }),
    t.rejects(bundles.next(), { code: status.UNAVAILABLE }),
    waiting.then((error) => t.equal(error.code, status.UNAVAILABLE)),
  ]);
  const startedAt = performance.now();
  await endpoint.close();
  await (await cold).close();
  await ends;
  t.ok(performance.now() - startedAt < 2000);
});

t.test('STR-11: a caller that goes leaves nothing behind', async (t) => {
  const { endpoint, stream } = await open(t);
  t.equal(endpoint.svids.subscribers.size, 1);
  stream.raw.cancel();
  while (endpoint.svids.subscribers.size > 0) await new Promise(setImmediate);
  t.notOk(endpoint.svids.isWanted('a'));
});

const WORKLOAD = `
const { createClient } = await import('@vouchsafe/proto/services');
const { credentials, Metadata } = await import('@grpc/grpc-js');
const client = createClient('workloadApi', 'unix:' + process.argv[1], credentials.createInsecure());
const metadata = new Metadata();
metadata.set('workload.spiffe.io', 'true');
const stream = client.FetchX509SVID({}, metadata);
stream.on('data', ({ svids }) => console.log(svids.map(({ spiffe_id }) => spiffe_id).join()));
stream.on('error', (error) => { console.log(error.code); process.exit(); });`;

t.test('STR-11: WEP-10: T-06: nor does a process that is killed', async (t) => {
  const endpoint = await startEndpoint(t);
  await endpoint.issue(entryOf('a'));
  const child = startNode(`(async () => { ${WORKLOAD} })()`, {
    args: [endpoint.path],
  });
  t.equal(await child.line(), 'spiffe://example.org/a');
  t.equal(endpoint.tracker.size, 1);
  await child.kill();
  while (endpoint.svids.subscribers.size > 0) await new Promise(setImmediate);
  while (endpoint.tracker.size > 0) await new Promise(setImmediate);
  t.pass('released');
});
