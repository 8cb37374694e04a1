import t from 'tap';
import { Backoff } from '../../runtime/backoff.ts';

function delays(random: number, count: number): number[] {
  const backoff = new Backoff({
    firstMs: 100,
    factor: 2,
    maxMs: 500,
    jitter: 0.2,
    random: () => random,
  });
  return Array.from({ length: count }, () => Math.round(backoff.next()));
}

t.test('grows to its limit and stays there', (t) => {
  t.same(delays(0.5, 5), [100, 200, 400, 500, 500]);
  t.end();
});

t.test('spreads each delay both ways by the jitter, the longest too', (t) => {
  t.same(delays(0, 4), [80, 160, 320, 400]);
  t.same(delays(1 - Number.EPSILON, 4), [120, 240, 480, 600]);
  t.end();
});

t.test('starts small again after a success', (t) => {
  const backoff = new Backoff({
    firstMs: 100,
    factor: 3,
    maxMs: 10_000,
    jitter: 0,
    random: Math.random,
  });
  t.same([backoff.next(), backoff.next()], [100, 300]);
  backoff.reset();
  t.same([backoff.next(), backoff.next()], [100, 300]);
  t.end();
});
