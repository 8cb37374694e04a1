import t from 'tap';
import {
  parseProcessStatus,
  readProcessStatus,
} from '../../../../agent/workload/attestors/process-status.ts';
import { startNode } from '../../../support/child.ts';

const STATUS = [
  'Name:\tweb',
  'Umask:\t0022',
  'State:\tS (sleeping)',
  'Uid:\t1\t2\t3\t4',
  'Gid:\t5\t6\t7\t8',
  'FDSize:\t64',
  'Groups:\t9 10 11 ',
  'VmPeak:\t    1000 kB',
].join('\n');

t.test('takes the effective user and group', (t) => {
  t.strictSame(parseProcessStatus(STATUS), { uid: 2, gid: 6, supplementaryGids: [9, 10, 11] });
  const none = STATUS.replace('9 10 11 ', '');
  t.strictSame(parseProcessStatus(none).supplementaryGids, []);
  t.end();
});

t.test('T-01: no line can be forged through the name of the program', (t) => {
  // As the kernel writes a name with line feeds in it.
  const forged = STATUS.replace('Name:\tweb', 'Name:\tx\\nUid:\t0\t0\t0\t0\\nGroups:\t0');
  t.strictSame(parseProcessStatus(forged), parseProcessStatus(STATUS));
  t.end();
});

for (const [name, broken] of [
  ['empty', ''],
  ['no user', STATUS.replace('Uid:', 'Xid:')],
  ['no group', STATUS.replace('Gid:', 'Xid:')],
  ['no supplementary groups', STATUS.replace('Groups:', 'X:')],
  ['a user that is no number', STATUS.replace('1\t2\t3', '1\tx\t3')],
] as const) {
  t.test(`refuses to guess: ${name}`, (t) => {
    t.throws(() => parseProcessStatus(broken));
    t.end();
  });
}

t.test('reads a real process, also one with a deceptive name', async (t) => {
  const own = readProcessStatus(process.pid);
  t.match(own, { uid: process.geteuid!(), gid: process.getegid!() });
  // getgroups() also tells the effective one.
  t.strictSame(new Set([own.gid, ...own.supplementaryGids]), new Set(process.getgroups!()));

  const child = startNode(
    `process.title = 'x\\nUid:\\t7\\t7\\t7\\t7'; console.log('ready'); process.stdin.resume();`,
  );
  t.teardown(() => child.kill());
  await child.line();
  t.equal(readProcessStatus(child.pid).uid, process.geteuid!());
  await child.kill();
  t.throws(() => readProcessStatus(child.pid), 'a process that has gone');
});
