import t from 'tap';
import { Readiness } from '../../../agent/endpoints/readiness.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const { signal } = new AbortController();

t.test('is waited for, for so long', async (t) => {
  const clock = new FakeClock();
  const readiness = new Readiness(clock);
  const late = readiness.wait(1000, signal);
  await clock.waiting();
  clock.advance(1000);
  t.equal(await late, false);
  t.equal(await readiness.wait(1000, AbortSignal.abort()), false, 'not by who has gone');

  const intime = readiness.wait(1000, signal);
  readiness.reach();
  t.equal(await intime, true);
  t.equal(readiness.isReady, true);
  t.equal(await readiness.wait(1000, AbortSignal.abort()), true, 'for good');
  t.strictSame(clock.waits, []);
});
