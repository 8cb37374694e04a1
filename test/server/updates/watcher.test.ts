import t from 'tap';
import { KINDS, MAX_PENDING, Watcher } from '../../../server/updates/watcher.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const ids = (count: number): string[] => Array.from({ length: count }, (_, i) => `id-${i}`);

t.test('says each thing once, however often it changed', (t) => {
  const watcher = new Watcher(undefined, 7);
  watcher.add('entry', ['a'], 8);
  watcher.add('entry', ['b', 'a'], 9);
  watcher.add('bundle', ['example.org'], 10);
  watcher.add('agent', [], 11);
  t.equal(watcher.concernedRevision, 10, 'its own record is nothing that it serves');
  t.strictSame(watcher.take(12), {
    revision: 12,
    changes: [
      { kind: 'entry', id: 'a' },
      { kind: 'entry', id: 'b' },
      { kind: 'bundle', id: 'example.org' },
    ],
    resync: [],
  });
  t.equal(watcher.toldRevision, 12);
  t.strictSame(watcher.take(13), { revision: 13, changes: [], resync: [] });
  t.end();
});

t.test('holds no more than fits, of a reader that does not read', (t) => {
  const watcher = new Watcher('spiffe://example.org/spire/agent/a', 0);
  watcher.add('agent', ['x'], 1);
  watcher.add('entry', ids(MAX_PENDING), 2);
  t.equal(watcher.take(2).changes.length, MAX_PENDING + 1);
  watcher.add('agent', ['x'], 3);
  watcher.add('entry', ids(MAX_PENDING), 3);
  watcher.add('entry', ['one-more'], 4);
  watcher.add('entry', ['and-another'], 5);
  t.strictSame(watcher.take(5), {
    revision: 5,
    changes: [{ kind: 'agent', id: 'x' }],
    resync: ['entry'],
  });
  watcher.add('entry', ['after'], 6);
  t.strictSame(watcher.take(6).changes, [{ kind: 'entry', id: 'after' }]);
  watcher.add('entry', ['named'], 7);
  watcher.resync(KINDS, 8);
  t.strictSame(watcher.take(8), { revision: 8, changes: [], resync: [...KINDS] });
  t.end();
});

t.test('waits for news, a time, or the end of the call', async (t) => {
  const clock = new FakeClock();
  const watcher = new Watcher(undefined, 0);
  const call = new AbortController();
  const wait = () => watcher.stirred(1000, { clock, signal: call.signal });
  watcher.add('entry', ['a'], 1);
  await wait();
  t.pass('what came before is not slept through');

  const timed = wait();
  await clock.waiting();
  clock.advance(1000);
  await timed;

  const stirred = wait();
  await clock.waiting();
  watcher.resync(['entry'], 2);
  await stirred;
  t.strictSame(clock.waits, [], 'and it leaves no timer behind');

  const over = wait();
  await clock.waiting();
  call.abort();
  await over;
  await wait();
});

t.test('turns its reader away, now or when it next waits', async (t) => {
  const clock = new FakeClock();
  const { signal } = new AbortController();
  const watcher = new Watcher(undefined, 0);
  const waits = watcher.stirred(1000, { clock, signal });
  watcher.end(new Error('first'));
  watcher.end(new Error('second'));
  await t.rejects(waits, { message: 'first' });
  await t.rejects(watcher.stirred(1000, { clock, signal }), { message: 'first' });
});
