import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  copyFileSync,
  openSync,
  readFileSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { connect, createServer } from 'node:net';
import type { AddressInfo, ListenOptions, Socket } from 'node:net';
import { join } from 'node:path';
import t from 'tap';
import type { Test } from 'tap';
import {
  closeDescriptor,
  descriptorOf,
  exited,
  fileIdentityAt,
  hasPeerPidfd,
  openPidfd,
  peerCredentials,
  peerPidfd,
  processStartTime,
} from '../../runtime/kernel.ts';
import { startNode } from '../support/child.ts';
import { temporaryDirectory } from '../support/socket-path.ts';

const KERNEL = new URL('../../runtime/kernel.ts', import.meta.url).href;
const isRoot = process.geteuid!() === 0;
const NOBODY = 65534;
const AS_NOBODY = ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'];
const NO_PID = 2 ** 22 + 1;
const NO_DESCRIPTOR = 1_000_000;

const CONNECTS = `
const socket = require('node:net').connect(process.argv.at(-1), () => console.log('connected'));
process.stdin.on('data', (line) => {
  if (String(line).startsWith('change')) { process.setuid(${NOBODY}); console.log('changed'); }
  else process.exit();
});`;

async function listen(t: Test, options?: ListenOptions) {
  const directory = temporaryDirectory(t);
  chmodSync(directory, 0o755);
  const path = join(directory, 's');
  const umask = process.umask(0);
  // Nothing is read from a connection: it stays open when its peer has gone.
  const server = createServer({ pauseOnConnect: true });
  server.listen(options ?? { path });
  process.umask(umask);
  await once(server, 'listening');
  t.teardown(() => server.close());
  const accepted = async (): Promise<{ socket: Socket; fd: number }> => {
    const [socket] = (await once(server, 'connection')) as [Socket];
    t.teardown(() => socket.destroy());
    return { socket, fd: descriptorOf(socket)! };
  };
  return { path, server, accepted };
}

/** A process that connects, and this side of its connection. */
async function connected(t: Test, wrapper: readonly string[] = []) {
  const { path, accepted } = await listen(t);
  const connection = accepted();
  const child = startNode(CONNECTS, { args: [path], wrapper });
  t.teardown(() => child.kill());
  await child.line();
  return { child, ...(await connection) };
}

/** A TCP connection to this very process, of which the kernel knows no peer. */
async function overTcp(t: Test): Promise<number> {
  const { server, accepted } = await listen(t, { port: 0, host: '127.0.0.1' });
  const connection = accepted();
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  t.teardown(() => client.destroy());
  return (await connection).fd;
}

t.test('who connected', async (t) => {
  await t.test('a child', async (t) => {
    const { child, fd } = await connected(t);
    const expected = { pid: child.pid, uid: process.getuid!(), gid: process.getgid!() };
    t.strictSame(peerCredentials(fd), expected);
  });
  await t.test('a child of another user', { skip: !isRoot && 'needs root' }, async (t) => {
    const { child, fd } = await connected(t, AS_NOBODY);
    t.strictSame(peerCredentials(fd), { pid: child.pid, uid: NOBODY, gid: NOBODY });
  });
  await t.test(
    'as it was then: not who it became',
    { skip: !isRoot && 'needs root' },
    async (t) => {
      const { child, fd } = await connected(t);
      child.send('change');
      await child.line();
      t.strictSame(peerCredentials(fd), { pid: child.pid, uid: 0, gid: 0 });
    },
  );
  await t.test('as it was, also when it has exited', async (t) => {
    const { child, fd } = await connected(t);
    await child.kill();
    t.match(peerCredentials(fd), { pid: child.pid });
  });
  await t.test('nobody, over TCP or without a connection', async (t) => {
    t.equal(peerCredentials(await overTcp(t)), undefined);
    t.equal(peerCredentials(NO_DESCRIPTOR), undefined);
    t.equal(peerCredentials(openSync('/dev/null', 'r')), undefined);
  });
});

t.test('the descriptor of a connection, until it closes', async (t) => {
  const { socket, fd } = await connected(t);
  t.ok(readdirSync('/proc/self/fd').includes(String(fd)));
  socket.destroy();
  t.equal(descriptorOf(socket), undefined);
});

const PIDFDS: readonly (readonly [string, (fd: number, pid: number) => number | undefined])[] = [
  ['of the connection (Linux 6.5)', (fd) => peerPidfd(fd)],
  ['of the PID (before Linux 6.5)', (_fd, pid) => openPidfd(pid)],
];

for (const [name, open] of PIDFDS) {
  t.test(`a pidfd ${name} tells when the process exits`, async (t) => {
    const { child, fd } = await connected(t);
    const pidfd = open(fd, child.pid)!;
    t.strictSame(exited([pidfd]), [false]);
    await child.kill();
    t.strictSame(exited([pidfd]), [true]);
    closeDescriptor(pidfd);
    const late = open(fd, child.pid);
    t.ok(late === undefined || exited([late])[0], 'of one that is gone there is none that lives');
    if (late !== undefined) closeDescriptor(late);
    t.ok(hasPeerPidfd(fd), 'which is not for want of them');
  });
}

t.test('no pidfd where there is no process', async (t) => {
  t.equal(peerPidfd(await overTcp(t)), undefined);
  t.equal(peerPidfd(NO_DESCRIPTOR), undefined);
  t.equal(openPidfd(NO_PID), undefined);
  t.equal(openPidfd(-1), undefined);
  t.equal(openPidfd(0), undefined);
});

t.test('T-06: who has exited counts as gone, also before its parent has taken note', async (t) => {
  // It exits once its parent has become a program that never asks for it, as a shell would.
  const child = '(until grep -q sleep /proc/$$/comm; do :; done)';
  const parent = spawn('sh', ['-c', `${child} & echo $!; exec sleep 60`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.teardown(() => parent.kill('SIGKILL'));
  const [line] = (await once(parent.stdout, 'data')) as [Buffer];
  const zombie = openPidfd(Number(line.toString()))!;
  t.teardown(() => closeDescriptor(zombie));
  while (exited([zombie])[0] === false) await new Promise(setImmediate);
  t.match(readFileSync(`/proc/${line.toString().trim()}/stat`, 'latin1'), /\) Z /);
});

t.test('many are asked at once, and what is no pidfd counts as gone', async (t) => {
  const own = openPidfd(process.pid)!;
  t.teardown(() => closeDescriptor(own));
  const { child } = await connected(t);
  const dead = openPidfd(child.pid)!;
  t.teardown(() => closeDescriptor(dead));
  await child.kill();
  t.strictSame(exited([own, dead, NO_DESCRIPTOR, own]), [false, true, true, false]);
  t.strictSame(exited([]), []);
});

t.test('which file is at a path, as `stat` has it', async (t) => {
  const directory = temporaryDirectory(t);
  const file = join(directory, 'file');
  writeFileSync(file, 'content');
  const link = join(directory, 'link');
  symlinkSync(file, link);
  for (const path of [file, link, directory, process.execPath, '/dev/null', '/proc/self/status']) {
    const { dev, ino, size, mtimeNs, ctimeNs } = statSync(path, { bigint: true });
    const expected = { device: dev, inode: ino, sizeBytes: size };
    const identity = fileIdentityAt(path);
    t.match(identity, expected, path);
    if (path.startsWith('/proc')) continue; // made anew for each look
    t.match(identity, { modifiedNs: mtimeNs, changedNs: ctimeNs }, path);
  }
  t.equal(fileIdentityAt(join(directory, 'none')), undefined);
  t.equal(fileIdentityAt(join(file, 'below')), undefined);
  t.equal(fileIdentityAt(''), undefined);
});

t.test('when a process started', async (t) => {
  t.match(processStartTime(process.pid), /^\d+$/);
  t.equal(processStartTime(process.pid), processStartTime(process.pid));
  t.equal(processStartTime(NO_PID), undefined);
  await t.test('whatever it is called', async (t) => {
    const program = join(temporaryDirectory(t), ') 1 (2) 3');
    copyFileSync('/bin/sleep', program);
    const child = spawn(program, ['60'], { stdio: 'ignore' });
    t.teardown(() => child.kill('SIGKILL'));
    await once(child, 'spawn');
    t.match(readFileSync(`/proc/${child.pid!}/stat`, 'latin1'), ' () 1 (2) 3) ');
    const own = Number(processStartTime(process.pid));
    const its = Number(processStartTime(child.pid!));
    t.ok(its >= own && its < own + 100 * 3600, `${its} ticks, after ${own}`);
  });
});

t.test('memory dumps are forbidden: no core file, and no look from others', async (t) => {
  const child = startNode(
    `import('${KERNEL}').then(({ forbidMemoryDumps }) => {
       forbidMemoryDumps();
       console.log('done');
       process.stdin.resume();
     });`,
    { wrapper: isRoot ? AS_NOBODY : [] },
  );
  t.teardown(() => child.kill());
  await child.line();
  t.match(readFileSync(`/proc/${child.pid}/limits`, 'utf8'), /^Max core file size +0 +0 /m);
  t.equal(statSync(`/proc/${child.pid}/environ`).uid, 0, 'root’s alone, whoever runs it');
});
