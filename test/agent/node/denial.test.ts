import t from 'tap';
import { consequenceOf } from '../../../agent/node/denial.ts';
import { CallError, STATUS } from '../../../agent/sync/call-error.ts';

const denied = (reason?: CallError['reason'], isSuperseded = false) =>
  new CallError(STATUS.PERMISSION_DENIED, 'no', { reason, isSuperseded });

for (const [reason, expected] of [
  ['AGENT_EXPIRED', 'reattest'],
  ['AGENT_NOT_ATTESTED', 'reattest'],
  ['AGENT_NOT_ACTIVE', 'reattest'],
  ['AGENT_MUST_REATTEST', 'reattest'],
  ['AGENT_BANNED', 'stop'],
  ['UNKNOWN', 'retry'],
  [undefined, 'retry'],
] as const) {
  t.test(`${reason ?? 'no reason'} means ${expected}`, (t) => {
    t.equal(consequenceOf(denied(reason)), expected);
    t.end();
  });
}

t.test('what was said of an SVID that has been renewed since means nothing', (t) => {
  t.equal(consequenceOf(denied('AGENT_NOT_ACTIVE', true)), 'retry');
  t.end();
});

t.test('only a refusal of the agent is one', (t) => {
  const error = new CallError(STATUS.UNAVAILABLE, 'away', { reason: 'AGENT_BANNED' });
  t.equal(consequenceOf(error), 'retry');
  t.equal(consequenceOf(new Error('AGENT_BANNED')), 'retry');
  t.end();
});
