import { status } from '@grpc/grpc-js';
import t from 'tap';
import { Watchers } from '../../../server/updates/watchers.ts';
import type { Reader } from '../../../server/updates/watchers.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const agent = (name: string): Reader => ({ key: `agent ${name}`, agentId: name });
const waiting = { clock: new FakeClock(), signal: AbortSignal.abort() };

t.test('finds who watches', (t) => {
  const watchers = new Watchers();
  const first = watchers.open(agent('a'), 1);
  const second = watchers.open(agent('a'), 1);
  const admin = watchers.open({ key: 'local', agentId: undefined }, 1);
  t.strictSame([...watchers.of('a')], [first, second]);
  t.strictSame([...watchers.of('b')], []);
  t.strictSame([...watchers.agentIds], ['a']);
  t.strictSame([...watchers.admins], [admin]);
  t.strictSame([...watchers.all()], [first, second, admin]);
  watchers.close(agent('a'), first);
  watchers.close(agent('a'), first);
  t.strictSame([...watchers.of('a')], [second]);
  watchers.close(agent('a'), second);
  watchers.close({ key: 'local', agentId: undefined }, admin);
  t.strictSame([...watchers.all(), ...watchers.admins, ...watchers.agentIds], []);
  t.end();
});

for (const [reader, max] of [
  [agent('a'), 4],
  [{ key: 'local', agentId: undefined }, 16],
] as const) {
  t.test(`of more than ${max} streams of one reader the newest are kept`, async (t) => {
    const watchers = new Watchers();
    const opened = Array.from({ length: max }, () => watchers.open(reader, 1));
    const other = watchers.open(agent('b'), 1);
    await opened[0]!.stirred(1, waiting);
    watchers.open(reader, 1);
    await t.rejects(opened[0]!.stirred(1, waiting), { code: status.RESOURCE_EXHAUSTED });
    for (const kept of [...opened.slice(1), other]) await kept.stirred(1, waiting);
    t.equal([...watchers.all()].length, max + 1);
  });
}

t.test('an agent acknowledges what it was told, and no more', (t) => {
  const watchers = new Watchers();
  const watcher = watchers.open(agent('a'), 3);
  watcher.take(5);
  const old = watchers.open(agent('a'), 3);
  old.take(2);
  let told = 0;
  const unsubscribe = watchers.onAcknowledge(() => told++);
  t.notOk(watchers.acknowledge('a', 6));
  t.notOk(watchers.acknowledge('b', 1));
  t.equal(told, 0);
  t.ok(watchers.acknowledge('a', 5));
  t.ok(watchers.acknowledge('a', 4));
  t.equal(watcher.acknowledgedRevision, 5);
  t.equal(old.acknowledgedRevision, 0, 'by the stream that told it');
  t.equal(told, 2);
  unsubscribe();
  watchers.acknowledge('a', 5);
  t.equal(told, 2);
  t.end();
});
