import t from 'tap';
import { pinProcess } from '../../../agent/workload/process.ts';
import { startNode } from '../../support/child.ts';

t.test('a process that did not connect', async (t) => {
  const child = startNode(`console.log('on'); process.stdin.resume()`);
  await child.line();
  const pinned = pinProcess(child.pid)!;
  t.match(pinned, { pid: child.pid, uid: process.geteuid!(), gid: process.getegid!() });
  t.equal(pinned.executable?.path, process.execPath);
  t.equal(pinned.isAlive(), true);
  await child.kill();
  t.equal(pinned.isAlive(), false, 'is another one once it has gone');
  pinned[Symbol.dispose]();
  t.equal(pinProcess(child.pid), undefined, 'and then there is none');
});

t.test('no process at all', (t) => {
  for (const pid of [0, -1, 2 ** 22 + 1, 2 ** 31 - 1]) t.equal(pinProcess(pid), undefined);
  t.end();
});
