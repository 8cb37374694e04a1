import t from 'tap';
import { EntryPruning } from '../../../server/registration/entry-pruning.ts';
import { captureLog } from '../../support/capture-log.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { NOW, storedEntry } from '../../support/server-entries.ts';
import { call, startTestServer } from '../../support/test-server.ts';

const INTERVAL_MS = 5 * 60_000;

t.test('prunes every five minutes until nothing is left, and tells of each', async (t) => {
  const clock = new FakeClock();
  const { log, records } = captureLog();
  const batches = [[storedEntry('one', { expiresAt: NOW }), storedEntry('two')], [], []];
  let calls = 0;
  const entries = { prune: () => Promise.resolve(batches[calls++] ?? []) };
  const stop = new AbortController();
  const running = new EntryPruning({ entries, clock, log }).run(stop.signal);
  await clock.waiting();
  t.strictSame(clock.waits, [INTERVAL_MS]);
  t.equal(calls, 2);
  t.match(records, [
    { level: 'info', msg: 'Expired entry pruned', type: 'audit', entry_id: 'one' },
    { spiffe_id: 'spiffe://example.org/workload', entry_id: 'two' },
  ]);
  clock.advance(INTERVAL_MS);
  await clock.waiting();
  t.equal(calls, 3);
  stop.abort();
  await running;
});

t.test('goes on when the database fails', async (t) => {
  const clock = new FakeClock();
  const { log, records } = captureLog();
  const entries = { prune: () => Promise.reject(new Error('disk')) };
  const stop = new AbortController();
  const running = new EntryPruning({ entries, clock, log }).run(stop.signal);
  await clock.waiting();
  t.match(records, [{ level: 'warn', msg: 'Expired entries could not be pruned' }]);
  stop.abort();
  await running;
});

t.test('S-EN-07: a server deletes what has expired when it starts', async (t) => {
  const first = await startTestServer(t);
  const client = first.local('entry');
  const trust_domain = 'example.org';
  const entry = (path: string, expires_at: number) => ({
    parent_id: { trust_domain, path: '/node' },
    spiffe_id: { trust_domain, path },
    selectors: [{ type: 'unix', value: 'uid:1' }],
    expires_at: String(expires_at),
  });
  const entries = [entry('/old', 1), entry('/new', 9_999_999_999)];
  const created = await call(client, client.BatchCreateEntry, { entries });
  t.strictSame(
    created.results.map((result) => result.status!.code),
    [0, 0],
  );
  await first.close();
  const { directory } = first;
  const again = await startTestServer(t, { directory });
  const reader = again.local('entry');
  let ids: string[];
  do {
    const list = await call(reader, reader.ListEntries, {});
    ids = list.entries.map((each) => each.spiffe_id!.path);
  } while (ids.includes('/old'));
  t.strictSame(ids, ['/new']);
});
