import t from 'tap';
import { copyFileSync, realpathSync, rmSync, statSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import {
  identifyingPath,
  isSameExecutable,
  readExecutable,
  userNamespaceOf,
} from '../../../agent/workload/executable.ts';
import type { Executable } from '../../../agent/workload/executable.ts';
import { temporaryDirectory } from '../../support/socket-path.ts';

const EXECUTABLE: Executable = {
  path: '/usr/bin/web',
  userNamespace: 'user:[1]',
  device: 1n,
  inode: 2n,
  sizeBytes: 3n,
  modifiedNs: 4n,
  changedNs: 5n,
};

t.test('reads the program of a process', async (t) => {
  const own = readExecutable(process.pid);
  const { ino, size } = statSync(process.execPath, { bigint: true });
  t.match(own, {
    path: realpathSync(process.execPath),
    userNamespace: userNamespaceOf('self'),
    inode: ino,
    sizeBytes: size,
  });
  t.equal(readExecutable(2 ** 22 + 1), undefined, 'of nobody');
});

t.test('T-06: F-22: a program removed while it runs is the same, without a path', async (t) => {
  const path = join(realpathSync(temporaryDirectory(t)), 'sleep');
  copyFileSync('/bin/sleep', path);
  const child = spawn(path, ['60']);
  await once(child, 'spawn');
  t.teardown(() => child.kill('SIGKILL'));
  const before = readExecutable(child.pid!)!;
  t.equal(identifyingPath(before, userNamespaceOf('self')), path);
  rmSync(path);
  copyFileSync('/bin/true', path);
  const after = readExecutable(child.pid!)!;
  t.ok(isSameExecutable(before, after));
  t.equal(after.path, `${path} (deleted)`);
  t.equal(
    identifyingPath(after, userNamespaceOf('self')),
    undefined,
    'what stands at the path now is another program',
  );
});

for (const [name, change, isSame] of [
  ['nothing', {}, true],
  ['removal', { path: '/usr/bin/web (deleted)', changedNs: 9n }, true],
  ['its change time', { changedNs: 9n }, true],
  ['its path', { path: '/usr/bin/other' }, false],
  ['its device', { device: 9n }, false],
  ['its inode', { inode: 9n }, false],
  ['its size', { sizeBytes: 9n }, false],
  ['its content', { modifiedNs: 9n }, false],
  ['the user namespace', { userNamespace: 'user:[2]' }, false],
] as const) {
  t.test(`T-06: a change of ${name} is ${isSame ? 'the same' : 'another'} program`, (t) => {
    t.equal(isSameExecutable(EXECUTABLE, { ...EXECUTABLE, ...change }), isSame);
    t.end();
  });
}

t.test(
  'T-03: a path says nothing in a user namespace where the process mounts what it likes',
  (t) => {
    t.equal(identifyingPath(EXECUTABLE, 'user:[1]'), '/usr/bin/web');
    t.equal(identifyingPath(EXECUTABLE, 'user:[2]'), undefined);
    t.equal(identifyingPath({ ...EXECUTABLE, path: 'memfd:x' }, 'user:[1]'), undefined);
    t.equal(identifyingPath({ ...EXECUTABLE, path: '/x (deleted)' }, 'user:[1]'), undefined);
    t.end();
  },
);
