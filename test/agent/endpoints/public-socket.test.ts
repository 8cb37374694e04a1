import t from 'tap';
import type { Test } from 'tap';
import { once } from 'node:events';
import { chmodSync, lstatSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { Socket } from 'node:net';
import { dirname, join } from 'node:path';
import type { Peer } from '../../../agent/endpoints/peer-tracker.ts';
import { PublicSocket, connectionLimits } from '../../../agent/endpoints/public-socket.ts';
import type { ConnectionLimits } from '../../../agent/endpoints/public-socket.ts';
import { captureLog } from '../../support/capture-log.ts';
import { startNode } from '../../support/child.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { peerOf } from '../../support/peers.ts';
import { temporaryDirectory } from '../../support/socket-path.ts';

interface Options {
  readonly path?: string;
  readonly limits?: ConnectionLimits;
  readonly track?: (socket: Socket) => Peer | undefined;
}

function publicSocket(t: Test, options: Options = {}) {
  const path = options.path ?? join(temporaryDirectory(t), 'public', 'api.sock');
  const accepted: Socket[] = [];
  const { log, records } = captureLog();
  const clock = new FakeClock();
  const socket = new PublicSocket({
    path,
    limits: options.limits ?? { total: 100, perUid: 100 },
    clock,
    log,
    tracker: { track: options.track ?? (() => peerOf()) },
    rpc: {
      accept: (connection) => {
        accepted.push(connection);
        connection.write('taken');
      },
    },
  });
  t.teardown(() => {
    socket.close();
    for (const connection of accepted) connection.destroy();
  });
  return { path, accepted, records, clock, socket };
}

/** Whether the other end takes the connection, and says so, or closes it. */
async function opens(t: Test, path: string): Promise<boolean> {
  const client = connect(path);
  t.teardown(() => client.destroy());
  client.on('error', () => undefined);
  return Promise.race([
    once(client, 'data').then(() => true),
    once(client, 'close').then(() => false),
  ]);
}

const mode = (path: string): string => (lstatSync(path).mode & 0o7777).toString(8);

t.test(
  'WEP-01: WEP-03: everybody may connect, in a directory nobody else can write to',
  async (t) => {
    const { path, socket, accepted } = publicSocket(t);
    await socket.listen();
    t.equal(mode(path), '777');
    t.equal(mode(dirname(path)), '755');
    t.equal(await opens(t, path), true);
    t.equal(accepted.length, 1);
    socket.close();
    t.throws(() => lstatSync(path), { code: 'ENOENT' });
    socket.close();
  },
);

t.test('T-08: replaces what a dead agent left, and nothing else', async (t) => {
  const directory = temporaryDirectory(t);
  const dead = join(directory, 'dead.sock');
  const child = startNode(
    `require('node:net').createServer().listen(process.argv[1], () => console.log('on'))`,
    { args: [dead] },
  );
  await child.line();
  await child.kill();
  await publicSocket(t, { path: dead }).socket.listen();

  const live = join(directory, 'live.sock');
  const other = createServer().listen(live);
  await once(other, 'listening');
  t.teardown(() => other.close());
  await t.rejects(publicSocket(t, { path: live }).socket.listen(), { code: 'SOCKET_IN_USE' });

  const link = join(directory, 'link.sock');
  symlinkSync(live, link);
  await t.rejects(publicSocket(t, { path: link }).socket.listen(), { code: 'SOCKET_PATH_TAKEN' });
  const file = join(directory, 'file.sock');
  writeFileSync(file, '');
  await t.rejects(publicSocket(t, { path: file }).socket.listen(), { code: 'SOCKET_PATH_TAKEN' });

  const open = join(directory, 'open');
  mkdirSync(open);
  chmodSync(open, 0o777);
  const { socket } = publicSocket(t, { path: join(open, 'api.sock') });
  await t.rejects(socket.listen(), { code: 'DIRECTORY_UNSAFE' });
});

t.test('T-06: nothing is read from a process that cannot be identified', async (t) => {
  const { path, socket, accepted, records } = publicSocket(t, { track: () => undefined });
  await socket.listen();
  t.equal(await opens(t, path), false);
  t.strictSame(accepted, []);
  t.match(records, [{ level: 'warn', refused: 1 }]);
});

t.test('F-22: no user can keep the others out, and each connection is counted once', async (t) => {
  const uids = [1, 1, 1, 2, 2, 3, 1];
  const { path, socket, accepted, records, clock } = publicSocket(t, {
    limits: { total: 3, perUid: 2 },
    track: () => peerOf({ uid: uids.shift()! }),
  });
  await socket.listen();
  const answers = [];
  for (let i = 0; i < 6; i++) answers.push(await opens(t, path));
  t.strictSame(answers, [true, true, false, true, false, false], 'two of one, three of all');
  t.equal(records.length, 1, 'a flood is one line');
  const closed = once(accepted[0]!, 'close');
  accepted[0]!.destroy();
  await closed;
  clock.advance(10_000);
  t.equal(await opens(t, path), true, 'a closed one makes room');
});

t.test('F-22: limits follow the number of files that may be open', (t) => {
  t.strictSame(connectionLimits(1024), { total: 448, perUid: 224 });
  t.strictSame(connectionLimits(100), { total: 16, perUid: 8 });
  t.end();
});

t.test('F-20: everybody may come at once', async (t) => {
  const limits = { total: 2000, perUid: 2000 };
  const { path, socket } = publicSocket(t, { limits });
  await socket.listen();
  // All of these are made before the first of them can be accepted.
  const answers = await Promise.all(Array.from({ length: 1000 }, () => opens(t, path)));
  t.ok(answers.every(Boolean));
});
