import t from 'tap';
import { Selector } from '@vouchsafe/pki/selector';
import { status } from '@grpc/grpc-js';
import { WorkloadAttestation } from '../../../agent/workload/attestation.ts';
import type { WorkloadAttestor } from '../../../agent/workload/attestation.ts';
import { captureLog } from '../../support/capture-log.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { peerOf } from '../../support/peers.ts';

const UNAVAILABLE = { code: status.UNAVAILABLE };
const selectors = (...texts: string[]) => texts.map((text) => Selector.parse(text));
const good: WorkloadAttestor = {
  name: 'good',
  attest: () => Promise.resolve(selectors('good:a', 'good:b')),
};
const failing: WorkloadAttestor = {
  name: 'failing',
  attest: () => Promise.reject(new Error('no answer')),
};
const hanging: WorkloadAttestor = { name: 'hanging', attest: () => new Promise(() => undefined) };

function attestation(...attestors: WorkloadAttestor[]) {
  const clock = new FakeClock();
  const { log, records } = captureLog();
  return { clock, records, subject: new WorkloadAttestation({ attestors, clock, log }) };
}

t.test('puts the answers of all attestors together', async (t) => {
  const other: WorkloadAttestor = {
    name: 'other',
    attest: () => Promise.resolve(selectors('other:c')),
  };
  const { subject, records, clock } = attestation(good, other);
  t.strictSame([...(await subject.attest(peerOf())).texts], ['good:a', 'good:b', 'other:c']);
  t.strictSame(records, []);
  t.strictSame(clock.waits.length, 0, 'no timer is left behind');
});

t.test('F-26: T-01: an attestor that fails takes away its selectors only', async (t) => {
  const { subject, records } = attestation(failing, good);
  t.strictSame([...(await subject.attest(peerOf())).texts], ['good:a', 'good:b']);
  t.match(records, [{ level: 'warn', attestor: 'failing', pid: process.pid }]);
});

t.test('F-26: an attestor that hangs is given up after five seconds', async (t) => {
  const { subject, clock, records } = attestation(hanging, good);
  const answer = subject.attest(peerOf());
  await clock.waiting();
  clock.advance(5000);
  t.strictSame([...(await answer).texts], ['good:a', 'good:b']);
  t.match(records, [{ attestor: 'hanging' }]);
});

t.test('STR-12: WEP-12: when none can tell, that is no statement about the caller', async (t) => {
  const { subject } = attestation(failing, failing);
  await t.rejects(subject.attest(peerOf()), UNAVAILABLE);
});

t.test('T-06: WEP-10: what was read after the caller exited counts for nothing', async (t) => {
  const { subject } = attestation(good);
  await t.rejects(subject.attest(peerOf({ isAlive: () => false })), UNAVAILABLE);
});

t.test('no selectors are an answer too', async (t) => {
  const nothing: WorkloadAttestor = { name: 'nothing', attest: () => Promise.resolve([]) };
  t.strictSame([...(await attestation(nothing).subject.attest(peerOf())).texts], []);
});

t.test('T-25: attests a bounded number at once, and lets a bounded number wait', async (t) => {
  let atOnce = 0;
  let most = 0;
  const answers: (() => void)[] = [];
  const slow: WorkloadAttestor = {
    name: 'slow',
    attest: async () => {
      most = Math.max(most, ++atOnce);
      await new Promise<void>((resolve) => answers.push(resolve));
      atOnce--;
      return selectors('slow:x');
    },
  };
  const { subject } = attestation(slow);
  const peer = peerOf();
  const calls = Array.from({ length: 64 + 4096 }, () => subject.attest(peer));
  await t.rejects(subject.attest(peer), UNAVAILABLE, 'one more is told to come back');
  let done = 0;
  for (const call of calls) void call.then(() => done++);
  while (done < calls.length) {
    for (const answer of answers.splice(0)) answer();
    await new Promise(setImmediate);
  }
  t.equal(most, 64);
});
