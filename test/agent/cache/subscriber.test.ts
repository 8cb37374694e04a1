import t from 'tap';
import { Subscribers } from '../../../agent/cache/subscriber.ts';
import type { Change, Subscriber } from '../../../agent/cache/subscriber.ts';
import { entryOf, selectorsOf } from '../../support/entries.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const { signal } = new AbortController();

/** Whether this change wakes a subscriber that waits. */
async function hears(subscribers: Subscribers, subscriber: Subscriber, change: Change) {
  const stop = new AbortController();
  let woken = false;
  const waiting = subscriber.changed(stop.signal).then(() => (woken = !stop.signal.aborted));
  subscribers.notify(change);
  await new Promise(setImmediate);
  stop.abort();
  await waiting;
  return woken;
}

t.test('STR-02: hears of what concerns it, and of nothing else', async (t) => {
  const subscribers = new Subscribers();
  const own = subscribers.open();
  own.interest = { selectors: selectorsOf('unix:uid:1', 'unix:gid:1'), entryIds: ['a'] };
  const entries = (...selectors: string[]) => [entryOf('x', { selectors })];
  for (const [name, change, expected] of [
    ['an entry for it', { entries: entries('unix:uid:1') }, true],
    ['an entry for somebody else', { entries: entries('unix:uid:2') }, false],
    ['an entry that asks for more', { entries: entries('unix:uid:1', 'unix:uid:2') }, false],
    ['a new SVID of its entry', { svidsOf: new Set(['a']) }, true],
    ['a new SVID of another', { svidsOf: new Set(['b']) }, false],
    ['a bundle', { bundles: true }, true],
    ['nothing', {}, false],
    [
      'more than can be compared',
      { entries: Array.from({ length: 65 }, () => entries('unix:uid:2')[0]!) },
      true,
    ],
  ] as const) {
    t.equal(await hears(subscribers, own, change), expected, name);
  }
});

t.test('STR-08: any number of changes is one, also while it is busy', async (t) => {
  const subscribers = new Subscribers();
  const own = subscribers.open();
  for (let i = 0; i < 100; i++) subscribers.notify({ bundles: true });
  await own.changed(signal);
  t.equal(await hears(subscribers, own, {}), false);
  t.equal(await hears(subscribers, own, { bundles: true }), true);
});

t.test('STR-11: nothing is left of one that has closed', (t) => {
  const subscribers = new Subscribers();
  const [one, other] = [subscribers.open(), subscribers.open()];
  one.interest = { selectors: selectorsOf('unix:uid:1'), entryIds: ['a', 'b'] };
  other.interest = { selectors: selectorsOf('unix:uid:1'), entryIds: ['b'] };
  t.ok(subscribers.isUsed('a'));
  other.interest = { selectors: selectorsOf('unix:uid:1'), entryIds: ['c'] };
  t.ok(subscribers.isUsed('b'));
  t.ok(subscribers.isUsed('c'));
  subscribers.close(one);
  t.notOk(subscribers.isUsed('a'));
  t.notOk(subscribers.isUsed('b'));
  one.interest = { selectors: selectorsOf('unix:uid:1'), entryIds: ['a'] };
  t.notOk(subscribers.isUsed('a'), 'not even what it says afterwards');
  subscribers.close(other);
  subscribers.close(other);
  t.notOk(subscribers.isUsed('c'));
  t.equal(subscribers.size, 0);
  t.end();
});

t.test('waits for so long, and leaves no timer', async (t) => {
  const clock = new FakeClock();
  const subscribers = new Subscribers();
  const own = subscribers.open();
  let waited = own.changedWithin(1000, { signal, clock });
  await clock.waiting();
  clock.advance(1000);
  await waited;
  waited = own.changedWithin(1000, { signal, clock });
  await clock.waiting();
  subscribers.notify({ bundles: true });
  await waited;
  t.strictSame(clock.waits, []);
  const gone = AbortSignal.abort();
  await own.changedWithin(1000, { signal: gone, clock });
  await own.changed(gone);
  t.strictSame(clock.waits, []);
});

t.test('WAPI-08: F-19: wakes a crowd in turns, so that others are served in between', async (t) => {
  const subscribers = new Subscribers();
  let woken = 0;
  const waiting = Array.from({ length: 1000 }, () =>
    subscribers
      .open()
      .changed(signal)
      .then(() => woken++),
  );
  subscribers.notify({ bundles: true });
  await new Promise<void>((resolve) => process.nextTick(resolve));
  t.ok(woken <= 64, `${woken} in the first turn`);
  await Promise.all(waiting);
  t.equal(woken, 1000);
});
