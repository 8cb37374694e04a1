import t from 'tap';
import { AgentError } from '../../../agent/errors.ts';
import { Standing } from '../../../agent/node/standing.ts';
import { CallError, STATUS } from '../../../agent/sync/call-error.ts';
import { MemoryStore, agentSvid } from '../../support/agent-svids.ts';
import { captureLog } from '../../support/capture-log.ts';
import { FakeCa } from '../../support/fake-ca.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const { signal } = new AbortController();
const clock = new FakeClock();
const svid = await agentSvid(await FakeCa.create('example.org', clock), { ttlSeconds: 100 });
const denied = (reason: CallError['reason']) =>
  new CallError(STATUS.PERMISSION_DENIED, 'authorization denied', { reason });

function standing(attest: () => Promise<typeof svid> = () => Promise.resolve(svid)) {
  let attested = 0;
  const time = new FakeClock();
  const subject = new Standing({
    store: new MemoryStore({ svid }),
    attestation: { attest },
    onAttested: () => attested++,
    clock: time,
    log: captureLog().log,
  });
  return { subject, clock: time, attested: () => attested };
}

t.test('counts as attested as long as its SVID is valid', (t) => {
  const { subject, clock: time } = standing();
  t.equal(subject.isAttested, true);
  time.advance(100_000);
  t.equal(subject.isAttested, false);
  t.end();
});

t.test('a banned agent stops', async (t) => {
  const { subject, attested } = standing();
  await t.rejects(subject.judge(denied('AGENT_BANNED'), signal), { code: 'AGENT_BANNED' });
  t.equal(attested(), 0);
});

t.test('an agent that the server does not know any more attests anew, once', async (t) => {
  const { subject, attested } = standing();
  await Promise.all([
    subject.judge(denied('AGENT_NOT_ATTESTED'), signal),
    subject.judge(denied('AGENT_NOT_ATTESTED'), signal),
  ]);
  t.equal(attested(), 1);
  await subject.judge(denied('AGENT_MUST_REATTEST'), signal);
  t.equal(attested(), 2);
});

t.test('anything else changes nothing', async (t) => {
  const { subject, attested } = standing();
  await subject.judge(new CallError(STATUS.UNAVAILABLE, 'away'), signal);
  await subject.judge(denied(undefined), signal);
  await subject.judge(new Error('other'), signal);
  t.equal(attested(), 0);
});

for (const code of ['AGENT_JOIN_TOKEN_MISSING', 'AGENT_ATTESTATION_DENIED'] as const) {
  t.test(`F-11: with ${code} it says what happened and what to do`, async (t) => {
    const { subject, clock: time } = standing(() => Promise.reject(new AgentError(code)));
    const remedy = /vouchsafe token generate/;
    const lost = subject.judge(denied('AGENT_NOT_ATTESTED'), signal);
    await t.rejects(lost, { code: 'AGENT_MUST_REATTEST', remedy, cause: { code } });
    time.advance(100_000);
    const late = subject.reattest(new Error('the server was away'), signal);
    await t.rejects(late, { code: 'AGENT_SVID_EXPIRED', remedy });
  });
}

t.test('other failures are passed on as they are', async (t) => {
  const error = new AgentError('AGENT_SERVER_UNTRUSTED');
  const { subject } = standing(() => Promise.reject(error));
  await t.rejects(subject.judge(denied('AGENT_EXPIRED'), signal), error);
});
