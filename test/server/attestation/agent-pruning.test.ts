import t from 'tap';
import { AgentPruning } from '../../../server/attestation/agent-pruning.ts';
import type { ExpiredAgents } from '../../../server/datastore/datastore.ts';
import { captureLog } from '../../support/capture-log.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { AGENT_ID } from '../../support/server-entries.ts';

const MINUTE = 60_000;

t.test('S-ND-08: forgets, about every hour, who expired so long ago', async (t) => {
  const clock = new FakeClock();
  const now = clock.now().getTime();
  const { log, records } = captureLog();
  const asked: ExpiredAgents[] = [];
  const agents = {
    prune: (expired: ExpiredAgents) => {
      asked.push(expired);
      return Promise.resolve(asked.length === 1 ? [AGENT_ID] : []);
    },
  };
  const draws = [0, 0.999];
  const stop = new AbortController();
  const running = new AgentPruning({
    ...{ agents, clock, log, withTofu: true, expiredForSeconds: 3600 },
    random: () => draws.shift() ?? 0.5,
  }).run(stop.signal);
  await clock.waiting();
  t.strictSame(clock.waits, [45 * MINUTE]);
  t.strictSame(asked, Array(2).fill({ before: new Date(now - 60 * MINUTE), withTofu: true }));
  t.match(records, [
    { level: 'info', msg: 'Expired agent pruned', type: 'audit', agent_id: AGENT_ID.toString() },
  ]);
  clock.advance(45 * MINUTE);
  await clock.waiting();
  t.ok(clock.waits[0]! > 74 * MINUTE && clock.waits[0]! < 75 * MINUTE);
  t.strictSame(asked[2]!.before, new Date(now - 15 * MINUTE));
  stop.abort();
  await running;
});

t.test('forgets none unless told to, and goes on when the database fails', async (t) => {
  const clock = new FakeClock();
  const { log, records } = captureLog();
  const agents = { prune: () => Promise.reject(new Error('disk')) };
  const stop = new AbortController();
  const common = { agents, clock, log, withTofu: false };
  const idle = new AgentPruning({ ...common, expiredForSeconds: undefined }).run(stop.signal);
  await clock.waiting();
  t.strictSame(records, []);
  const failing = new AgentPruning({ ...common, expiredForSeconds: 1 }).run(stop.signal);
  await clock.waiting(2);
  t.match(records, [{ level: 'warn', msg: 'Expired agents could not be pruned' }]);
  stop.abort();
  await Promise.all([idle, failing]);
});
