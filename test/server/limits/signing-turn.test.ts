import { status } from '@grpc/grpc-js';
import t from 'tap';
import { SigningTurn } from '../../../server/limits/signing-turn.ts';
import { FakeClock } from '../../support/fake-clock.ts';

function turnOf(clock: FakeClock, deadlineMs?: number) {
  const call = new AbortController();
  const deadline =
    deadlineMs === undefined ? undefined : new Date(clock.now().getTime() + deadlineMs);
  const caller = { flow: 'a', signal: call.signal, deadline, refusal: 'rejecting' };
  return { call, turn: new SigningTurn(caller, clock) };
}

t.test('gives all up when the caller goes', async (t) => {
  const { call, turn } = turnOf(new FakeClock());
  const reasons: unknown[] = [];
  turn.watch((reason) => reasons.push(reason));
  turn.check();
  turn.watch((reason) => reasons.push(reason))();
  turn.watch((reason) => reasons.push(reason));
  const gone = new Error('gone');
  call.abort(gone);
  t.strictSame(reasons, [gone, gone], 'but what was called off');
  turn.watch((reason) => reasons.push(reason));
  t.equal(reasons.length, 3, 'and at once what comes later');
  t.throws(() => turn.check(), gone);
});

t.test('gives all up a little before the deadline', async (t) => {
  const clock = new FakeClock();
  const { turn } = turnOf(clock, 5000);
  const refused = new Promise((resolve) => turn.watch(resolve));
  await clock.waiting();
  t.strictSame(clock.waits, [4900]);
  clock.advance(4900);
  t.match(await refused, {
    code: status.RESOURCE_EXHAUSTED,
    message: 'rejecting: rate: Wait(n=1) would exceed context deadline',
  });
});

t.test('waits for no deadline when nothing waits', async (t) => {
  const clock = new FakeClock();
  const { turn } = turnOf(clock, 5000);
  const callOff = [turn.watch(() => undefined), turn.watch(() => undefined)];
  callOff[0]!();
  t.equal(clock.waits.length, 1);
  callOff[1]!();
  t.equal(clock.waits.length, 0);
  turn.watch(() => undefined);
  t.equal(clock.waits.length, 1, 'and again when something does');
});
