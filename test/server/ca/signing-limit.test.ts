import { status } from '@grpc/grpc-js';
import t from 'tap';
import { SigningLimit, signaturesAtOnce } from '../../../server/ca/signing-limit.ts';
import { SigningTurn } from '../../../server/limits/signing-turn.ts';
import { FakeClock } from '../../support/fake-clock.ts';

t.test('runs so many at a time, the others in order', async (t) => {
  const limit = new SigningLimit({ max: 2, maxWaiting: 10 });
  const started: number[] = [];
  const finish: (() => void)[] = [];
  const runs = [0, 1, 2, 3].map((i) =>
    limit.run(() => {
      started.push(i);
      return new Promise<void>((resolve) => finish.push(resolve));
    }),
  );
  t.strictSame(started, [0, 1]);
  finish[1]!();
  await runs[1];
  t.strictSame(started, [0, 1, 2]);
  finish[0]!();
  await runs[0];
  t.strictSame(started, [0, 1, 2, 3]);
  finish[2]!();
  finish[3]!();
  await Promise.all(runs);
});

t.test('a failed one makes room too', async (t) => {
  const limit = new SigningLimit({ max: 1, maxWaiting: 1 });
  await t.rejects(limit.run(() => Promise.reject(new Error('no'))));
  t.equal(await limit.run(() => Promise.resolve('yes')), 'yes');
});

t.test('refuses when too many wait', async (t) => {
  const limit = new SigningLimit({ max: 1, maxWaiting: 1 });
  let finish = (): void => undefined;
  const first = limit.run(() => new Promise<void>((resolve) => (finish = resolve)));
  const second = limit.run(() => Promise.resolve());
  await t.rejects(
    limit.run(() => Promise.resolve()),
    { code: status.RESOURCE_EXHAUSTED },
  );
  finish();
  await Promise.all([first, second]);
});

/** The turn of a caller who waits for ever. */
function turnOf(flow: string, signal = new AbortController().signal): SigningTurn {
  const caller = { flow, signal, deadline: undefined, refusal: 'rejecting' };
  return new SigningTurn(caller, new FakeClock());
}

/** A limit of one whose place is taken until `finish`. */
function occupied(maxWaiting: number) {
  const limit = new SigningLimit({ max: 1, maxWaiting });
  let finish = (): void => undefined;
  const first = limit.run(() => new Promise<void>((resolve) => (finish = resolve)));
  return { limit, first, finish: () => finish() };
}

t.test('T-11: a flood of one caller keeps no other waiting', async (t) => {
  const { limit, finish } = occupied(1000);
  const order: string[] = [];
  const run = (flow: string) => limit.run(async () => void order.push(flow), turnOf(flow));
  const flood = Array.from({ length: 500 }, () => run('flood'));
  const others = ['a', 'b', 'a'].map(run);
  finish();
  await Promise.all([...flood, ...others]);
  t.strictSame(order.slice(0, 5), ['flood', 'a', 'b', 'flood', 'a']);
});

t.test('a caller who has gone needs no signature', async (t) => {
  const { limit, finish, first } = occupied(10);
  const gone = new AbortController();
  let isSigned = false;
  const run = limit.run(async () => void (isSigned = true), turnOf('a', gone.signal));
  gone.abort(new Error('gone'));
  await t.rejects(run, { message: 'gone' });
  finish();
  await first;
  t.equal(await limit.run(() => Promise.resolve('next')), 'next', 'and no place is lost');
  t.equal(isSigned, false);
});

t.test('when too many wait, the one with most of them makes room for others', async (t) => {
  const { limit, finish, first } = occupied(4);
  const run = (flow: string) => limit.run(() => Promise.resolve(flow), turnOf(flow));
  const flood = Array.from({ length: 4 }, () => run('flood'));
  const lost = t.rejects(flood[0]!, { code: status.RESOURCE_EXHAUSTED });
  await t.rejects(run('flood'), { code: status.RESOURCE_EXHAUSTED }, 'not for its own');
  const late = run('late');
  await lost;
  finish();
  await first;
  t.equal(await late, 'late');
  t.strictSame(await Promise.all(flood.slice(1)), ['flood', 'flood', 'flood']);
});

t.test('signatures of RSA leave threads to the database, those on curves fill them', (t) => {
  t.equal(signaturesAtOnce(['ec-p256', 'ec-p384'], 4), 32);
  t.equal(signaturesAtOnce(['ec-p256', 'rsa-2048'], 4), 4);
  t.equal(signaturesAtOnce(['rsa-4096', 'ec-p256'], 2), 2);
  t.end();
});
