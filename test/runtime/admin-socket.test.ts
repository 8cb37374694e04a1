import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { dirname, join } from 'node:path';
import t from 'tap';
import type { Test } from 'tap';
import { AdminSocket } from '../../runtime/admin-socket.ts';
import type { LocalPeer } from '../../runtime/admin-socket.ts';
import { captureLog } from '../support/capture-log.ts';
import { startNode } from '../support/child.ts';
import { temporaryDirectory } from '../support/socket-path.ts';

const isRoot = process.geteuid!() === 0;
const SOMEBODY = 65_534;

/** A socket that greets whom it lets in. */
function adminSocket(t: Test) {
  const admitted: Socket[] = [];
  const callers: LocalPeer[] = [];
  const socket = new AdminSocket({
    log: captureLog().log,
    admit: (connection, caller) => {
      admitted.push(connection);
      callers.push(caller);
      connection.write('welcome');
    },
  });
  t.teardown(() => {
    socket.close();
    for (const connection of admitted) connection.destroy();
  });
  return { socket, callers };
}

const modeOf = (path: string): string => (lstatSync(path).mode & 0o7777).toString(8);

async function greeting(t: Test, path: string): Promise<string> {
  const client = connect(path);
  t.teardown(() => client.destroy());
  const [data] = (await once(client, 'data')) as [Buffer];
  return data.toString();
}

t.test('for its user and its group, whatever the umask (T-05)', async (t) => {
  const path = join(temporaryDirectory(t), 'run', 'server', 'api.sock');
  const umask = process.umask(0);
  t.teardown(() => process.umask(umask));
  const { socket, callers } = adminSocket(t);
  await socket.listen(path);
  t.equal(modeOf(path), '770');
  t.equal(modeOf(dirname(path)), '750');
  t.equal(await greeting(t, path), 'welcome');
  t.strictSame(
    callers,
    [
      {
        gid: process.getgid!(),
        uid: process.getuid!(),
        gids: [...new Set([process.getgid!(), ...process.getgroups!()])],
        pid: process.pid,
      },
    ],
    'the kernel says who it is',
  );
  socket.close();
  t.notOk(existsSync(path));
  socket.close();
});

t.test('a group that may administer is given the directory', async (t) => {
  const directory = join(temporaryDirectory(t), 'run');
  mkdirSync(directory);
  chmodSync(directory, 0o2755);
  await adminSocket(t).socket.listen(join(directory, 'api.sock'));
  t.equal(modeOf(directory), '2755', 'what stands there is not changed');
});

const CONNECT = `
  const socket = require('node:net').connect(process.argv.at(-1));
  socket.on('data', (data) => { console.log(String(data)); socket.destroy(); });
  socket.on('error', ({ code }) => console.log(code));`;

const hasSetpriv = spawnSync('setpriv', ['--reuid', '1', 'true']).status === 0;

t.test('another user does not get in (T-05)', { skip: !hasSetpriv && 'needs root' }, async (t) => {
  const directory = temporaryDirectory(t);
  chmodSync(directory, 0o755);
  const path = join(directory, 'run', 'api.sock');
  await adminSocket(t).socket.listen(path);
  const open = join(directory, 'open');
  mkdirSync(open);
  chmodSync(open, 0o755);
  const reachable = join(open, 'api.sock');
  const { socket: wide, callers } = adminSocket(t);
  await wide.listen(reachable);
  chownSync(reachable, 0, SOMEBODY);

  const as = async (socket: string, ...groups: readonly string[]): Promise<string> => {
    const user = ['setpriv', '--reuid', '4242', ...groups];
    const child = startNode(CONNECT, { args: [socket], wrapper: user });
    const line = await child.line();
    await child.ended();
    return line;
  };
  const stranger = ['--regid', '4242', '--clear-groups'];
  t.equal(await as(path, ...stranger), 'EACCES', 'the directory keeps them out');
  t.equal(await as(reachable, ...stranger), 'EACCES', 'and where that is open, the socket');
  const member = ['--regid', '4242', '--groups', String(SOMEBODY)];
  t.equal(await as(reachable, ...member), 'welcome', 'but not those of its group');
  const groups = ['--regid', '4242', '--groups', `5,7,${SOMEBODY}`];
  t.equal(await as(reachable, ...groups), 'welcome');
  t.match(callers.at(-1), { uid: 4242, gids: [4242, 5, 7, SOMEBODY] }, 'all groups');
});

t.test('a directory that others can write to is refused and left (T-08)', async (t) => {
  const directory = join(temporaryDirectory(t), 'run');
  mkdirSync(directory);
  for (const mode of [0o777, 0o770, 0o752]) {
    chmodSync(directory, mode);
    const { socket } = adminSocket(t);
    await t.rejects(socket.listen(join(directory, 'api.sock')), {
      code: 'DIRECTORY_UNSAFE',
      message: new RegExp(directory),
    });
    t.equal(modeOf(directory), mode.toString(8));
    t.notOk(existsSync(join(directory, 'api.sock')));
  }
});

t.test("so is somebody else's", { skip: !isRoot && 'needs root' }, async (t) => {
  const directory = join(temporaryDirectory(t), 'run');
  mkdirSync(directory, { mode: 0o755 });
  chownSync(directory, SOMEBODY, SOMEBODY);
  await t.rejects(adminSocket(t).socket.listen(join(directory, 'api.sock')), {
    code: 'DIRECTORY_UNSAFE',
  });
  t.equal(statSync(directory).uid, SOMEBODY);
});

t.test('so is a link to a directory', async (t) => {
  const parent = temporaryDirectory(t);
  mkdirSync(join(parent, 'real'));
  symlinkSync('real', join(parent, 'run'));
  await t.rejects(adminSocket(t).socket.listen(join(parent, 'run', 'api.sock')), {
    code: 'DIRECTORY_UNSAFE',
  });
});

t.test(
  'a link or a file where the socket should be is not followed, nor removed (T-08)',
  async (t) => {
    const directory = temporaryDirectory(t);
    const victim = join(directory, 'victim');
    writeFileSync(victim, 'precious');
    const link = join(directory, 'api.sock');
    symlinkSync(victim, link);
    for (const path of [link, victim]) {
      await t.rejects(adminSocket(t).socket.listen(path), { code: 'SOCKET_PATH_TAKEN' });
    }
    t.equal(readFileSync(victim, 'utf8'), 'precious');
    t.ok(lstatSync(link).isSymbolicLink());
  },
);

t.test('the socket of a live server stays its own, that of a dead one is replaced', async (t) => {
  const path = join(temporaryDirectory(t), 'run', 'api.sock');
  const first = adminSocket(t);
  await first.socket.listen(path);
  const second = adminSocket(t);
  await t.rejects(second.socket.listen(path), { code: 'SOCKET_IN_USE' });
  second.socket.close();
  t.equal(await greeting(t, path), 'welcome');
  first.socket.close();

  const child = startNode(
    `require('node:net').createServer().listen(process.argv.at(-1), () => console.log('on'))`,
    { args: [path] },
  );
  await child.line();
  await child.kill();
  t.ok(lstatSync(path).isSocket());
  const third = adminSocket(t);
  await third.socket.listen(path);
  t.equal(modeOf(path), '770');
  t.equal(await greeting(t, path), 'welcome');
});

t.test('who is gone before he is asked who he is, is nobody', async (t) => {
  const path = join(temporaryDirectory(t), 'run', 'api.sock');
  const { socket, callers } = adminSocket(t);
  await socket.listen(path);
  for (let i = 0; i < 50; i++)
    connect(path)
      .on('error', () => undefined)
      .destroy();
  t.equal(await greeting(t, path), 'welcome');
  t.strictSame(new Set(callers.map(({ pid }) => pid)), new Set([process.pid]));
});
