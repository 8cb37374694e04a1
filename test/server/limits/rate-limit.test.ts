import { status } from '@grpc/grpc-js';
import t from 'tap';
import { RateLimit } from '../../../server/limits/rate-limit.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const signal = new AbortController().signal;
const request = (count = 1, deadline?: Date) => ({ count, signal, deadline });

t.test('keys do not take from each other', async (t) => {
  const clock = new FakeClock();
  const limit = new RateLimit(2, clock);
  await limit.wait('a', request(2));
  await limit.wait('b', request(2));
  void limit.wait('a', request());
  await clock.waiting();
  t.strictSame(clock.waits, [500]);
});

t.test('waits, and goes on when it is its turn', async (t) => {
  const clock = new FakeClock();
  const limit = new RateLimit(1, clock);
  const turns: number[] = [];
  const calls = [0, 1, 2].map((i) => limit.wait('a', request()).then(() => turns.push(i)));
  await calls[0];
  await clock.waiting(2);
  t.strictSame(turns, [0]);
  clock.advance(1000);
  await calls[1];
  t.strictSame(turns, [0, 1]);
  clock.advance(1000);
  await calls[2];
});

t.test('refuses at once who could not wait so long, and more than there ever is', async (t) => {
  const clock = new FakeClock();
  const limit = new RateLimit(2, clock);
  const inMs = (ms: number): Date => new Date(clock.now().getTime() + ms);
  await limit.wait('a', request(2));
  const code = status.RESOURCE_EXHAUSTED;
  const message = 'rate: Wait(n=1) would exceed context deadline';
  await t.rejects(limit.wait('a', request(1, inMs(499))), { code, message });
  await t.rejects(limit.wait('b', request(3)), {
    code,
    message: 'rate (3) exceeds burst size (2)',
  });
  const waits = limit.wait('a', request(1, inMs(500)));
  clock.advance(500);
  await t.resolves(waits);
});

t.test('keeps nobody without a deadline for more than a minute', async (t) => {
  const clock = new FakeClock();
  const limit = new RateLimit(1, clock);
  await limit.wait('a', request());
  for (let i = 0; i < 60; i++) void limit.wait('a', request());
  await t.rejects(limit.wait('a', request()), { code: status.RESOURCE_EXHAUSTED });
});

t.test('who goes away makes room', async (t) => {
  const clock = new FakeClock();
  const limit = new RateLimit(1, clock);
  await limit.wait('a', request());
  const gone = new AbortController();
  const left = limit.wait('a', { ...request(), signal: gone.signal });
  gone.abort();
  await left;
  void limit.wait('a', request());
  await clock.waiting();
  t.strictSame(clock.waits, [1000]);
});

t.test('T-24: forgets keys after a minute or two, and never holds more than 20000', async (t) => {
  const clock = new FakeClock();
  const limit = new RateLimit(1, clock);
  await limit.wait('a', request());
  clock.advance(59_000);
  await limit.wait('b', request());
  clock.advance(1000);
  await limit.wait('c', request());
  t.equal(limit.size, 3);
  await limit.wait('b', request());
  t.equal(limit.size, 3, 'one that is used moves on');
  clock.advance(60_000);
  await limit.wait('d', request());
  t.equal(limit.size, 3, 'a has gone');
  for (let i = 0; i < 50_000; i++) await limit.wait(`key ${i}`, request());
  t.ok(limit.size <= 20_001);
  await limit.wait('busy', request());
  for (let i = 0; i < 15_000; i++) await limit.wait(`more ${i}`, request());
  const refused = limit.wait('busy', request(1, clock.now()));
  await t.rejects(refused, { code: status.RESOURCE_EXHAUSTED }, 'many others give it nothing');
});
