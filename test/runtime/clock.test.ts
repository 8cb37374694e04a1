import { getEventListeners } from 'node:events';
import t from 'tap';
import { systemClock } from '../../runtime/clock.ts';

const never = new AbortController().signal;

t.test('tells the time of the system', (t) => {
  const before = new Date();
  const now = systemClock.now();
  t.ok(before <= now && now <= new Date());
  t.end();
});

t.test('waits no less than it was asked to', async (t) => {
  const start = performance.now();
  await systemClock.delay(20, never);
  t.ok(performance.now() - start >= 20);
});

t.test('a wait of nothing, or less, ends', async (t) => {
  await systemClock.delay(0, never);
  await t.resolves(systemClock.delay(-5, never));
});

t.test('a wait ends, quietly, when it is aborted', async (t) => {
  const stop = new AbortController();
  const waiting = systemClock.delay(3_600_000, stop.signal);
  stop.abort();
  await t.resolves(waiting);
  await t.resolves(systemClock.delay(3_600_000, stop.signal), 'and does not begin once aborted');
});

t.test('a wait longer than a timer of Node.js can hold does not end at once', async (t) => {
  const stop = new AbortController();
  let over = false;
  // setTimeout would take anything over 2^31 - 1 ms for 1 ms, with a warning.
  const long = systemClock.delay(2 ** 31 + 1000, stop.signal).then(() => (over = true));
  await systemClock.delay(25, never);
  t.notOk(over);
  stop.abort();
  await long;
});

t.test('a wait that is over leaves no listener on its signal', async (t) => {
  const { signal } = new AbortController();
  await systemClock.delay(1, signal);
  t.same(getEventListeners(signal, 'abort'), []);
});
