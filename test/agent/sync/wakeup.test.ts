import t from 'tap';
import { Wakeup } from '../../../agent/sync/wakeup.ts';
import { FakeClock } from '../../support/fake-clock.ts';

t.test('sleeps until the time is over, or something happens', async (t) => {
  const clock = new FakeClock();
  const wakeup = new Wakeup(clock);
  const { signal } = new AbortController();
  let slept = wakeup.sleep(1000, signal);
  await clock.waiting();
  clock.advance(1000);
  await slept;

  slept = wakeup.sleep(1000, signal);
  await clock.waiting();
  wakeup.wake();
  await slept;
  t.strictSame(clock.waits, []);
});

t.test('loses nothing that happens while nobody sleeps', async (t) => {
  const clock = new FakeClock();
  const wakeup = new Wakeup(clock);
  const { signal } = new AbortController();
  wakeup.wake();
  wakeup.wake();
  await wakeup.sleep(1000, signal);
  t.strictSame(clock.waits, [], 'it did not sleep');
  const slept = wakeup.sleep(1000, signal);
  await clock.waiting();
  t.strictSame(clock.waits, [1000], 'but the next time it does');
  clock.advance(1000);
  await slept;
});

t.test('ends with the loop', async (t) => {
  const wakeup = new Wakeup(new FakeClock());
  const stop = new AbortController();
  const slept = wakeup.sleep(1000, stop.signal);
  stop.abort();
  await slept;
  await wakeup.sleep(1000, stop.signal);
  t.pass('both returned');
});
