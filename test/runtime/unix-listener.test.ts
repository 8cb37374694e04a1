import { execFileSync } from 'node:child_process';
import {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { join } from 'node:path';
import t from 'tap';
import { MAX_UNIX_PATH_BYTES } from '../../runtime/address.ts';
import { listenUnix } from '../../runtime/unix-listener.ts';
import { startNode } from '../support/child.ts';
import type { Child } from '../support/child.ts';
import { temporaryDirectory } from '../support/socket-path.ts';

const LISTENER = new URL('../../runtime/unix-listener.ts', import.meta.url).href;
const ROUNDS = 40;

interface Teardown {
  teardown(cleanUp: () => unknown): unknown;
}

function newServer(t: Teardown): Server {
  const server = createServer((socket) => socket.end('ours'));
  t.teardown(() => server.close());
  return server;
}

async function answerOf(path: string): Promise<string> {
  let answer = '';
  for await (const chunk of connect(path).setEncoding('utf8')) answer += String(chunk);
  return answer;
}

/** A process that answers on this socket; `argv` after the path: the length of its queue. */
async function listener(t: Teardown, path: string, backlog = 511): Promise<Child> {
  const child = startNode(
    `const [path, backlog] = process.argv.slice(-2);
     const server = require('node:net').createServer((socket) => socket.on('error', () => {}).end('theirs'));
     server.listen({ path, backlog: Number(backlog) }, () => console.log('listening'));`,
    { args: [path, String(backlog)] },
  );
  t.teardown(() => child.kill());
  await child.line();
  return child;
}

t.test('the socket has exactly its mode, whatever the umask, which stays as it was', async (t) => {
  const directory = temporaryDirectory(t);
  const before = process.umask(0o027);
  t.teardown(() => process.umask(before));
  for (const mode of [0o777, 0o770, 0o660, 0o600]) {
    const path = join(directory, mode.toString(8));
    await listenUnix(newServer(t), path, mode);
    t.equal(statSync(path).mode & 0o7777, mode);
    t.equal(await answerOf(path), 'ours');
  }
  t.equal(process.umask(before), 0o027);
});

t.test('a socket left by a process that was killed is replaced', async (t) => {
  const path = join(temporaryDirectory(t), 's');
  const child = await listener(t, path);
  await child.kill();
  t.ok(lstatSync(path).isSocket(), 'is left');
  await listenUnix(newServer(t), path, 0o600);
  t.equal(await answerOf(path), 'ours');
});

t.test('a socket that another process listens on is left alone', async (t) => {
  const path = join(temporaryDirectory(t), 's');
  await listener(t, path);
  await t.rejects(listenUnix(newServer(t), path, 0o600), {
    code: 'SOCKET_IN_USE',
    message: new RegExp(path),
  });
  t.equal(await answerOf(path), 'theirs');
});

t.test('so is one whose process is too busy to answer', async (t) => {
  const path = join(temporaryDirectory(t), 's');
  const child = await listener(t, path, 1);
  process.kill(child.pid, 'SIGSTOP');
  const waiting = await fillQueue(path);
  t.teardown(() => waiting.forEach((socket) => socket.destroy()));
  const { ino } = statSync(path);
  await t.rejects(listenUnix(newServer(t), path, 0o600), { code: 'SOCKET_IN_USE' });
  t.equal(statSync(path).ino, ino);
});

/** Connects until the kernel takes no more. */
async function fillQueue(path: string): Promise<Socket[]> {
  const waiting: Socket[] = [];
  for (;;) {
    const socket = connect(path);
    waiting.push(socket);
    try {
      await once(socket, 'connect');
    } catch {
      return waiting;
    }
  }
}

const obstacles: readonly (readonly [
  what: string,
  make: (path: string) => void,
  stillThere: (path: string) => boolean,
])[] = [
  [
    'a file',
    (path) => writeFileSync(path, 'precious'),
    (path) => readFileSync(path, 'utf8') === 'precious',
  ],
  ['a directory', (path) => mkdirSync(path), (path) => statSync(path).isDirectory()],
  ['a pipe', (path) => execFileSync('mkfifo', [path]), (path) => statSync(path).isFIFO()],
  [
    'a link to nowhere',
    (path) => symlinkSync('elsewhere', path),
    (path) => lstatSync(path).isSymbolicLink() && !existsSync(path),
  ],
];

for (const [what, make, stillThere] of obstacles) {
  t.test(`${what} in its place is left alone`, async (t) => {
    const path = join(temporaryDirectory(t), 's');
    make(path);
    await t.rejects(listenUnix(newServer(t), path, 0o600), {
      code: 'SOCKET_PATH_TAKEN',
      message: new RegExp(path),
    });
    t.ok(stillThere(path));
  });
}

t.test('a link to a stale socket is left alone too, and the socket with it', async (t) => {
  const directory = temporaryDirectory(t);
  const [path, link] = [join(directory, 's'), join(directory, 'link')];
  await (await listener(t, path)).kill();
  symlinkSync(path, link);
  await t.rejects(listenUnix(newServer(t), link, 0o600), { code: 'SOCKET_PATH_TAKEN' });
  t.ok(lstatSync(path).isSocket());
});

t.test('a path where nothing can listen is told', async (t) => {
  const directory = temporaryDirectory(t);
  writeFileSync(join(directory, 'file'), '');
  for (const path of [
    join(directory, 'none', 's'),
    join(directory, 'file', 's'),
    join(directory, 'x'.repeat(MAX_UNIX_PATH_BYTES)),
    '/proc/s',
  ]) {
    await t.rejects(
      listenUnix(newServer(t), path, 0o600),
      { code: 'ADDRESS_UNAVAILABLE', message: new RegExp(path) },
      path,
    );
  }
});

/** A process that listens wherever it is told, and says whether it got there. */
function contender(t: Teardown): Child {
  const child = startNode(
    `const { createServer } = require('node:net');
     const { createInterface } = require('node:readline');
     (async () => {
       const { listenUnix } = await import('${LISTENER}');
       console.log('ready');
       for await (const path of createInterface({ input: process.stdin })) {
         const server = createServer((socket) => socket.on('error', () => {}).end(String(process.pid)));
         const outcome = await listenUnix(server, path, 0o600).then(() => 'listens', ({ code }) => code);
         console.log(outcome);
       }
     })();`,
  );
  t.teardown(() => child.kill());
  return child;
}

t.test(
  'T-08: of several processes that start over one stale socket, one gets it for good',
  async (t) => {
    const directory = temporaryDirectory(t);
    const contenders = Array.from({ length: 3 }, () => contender(t));
    for (const child of contenders) await child.line();
    for (let round = 0; round < ROUNDS; round++) {
      const path = join(directory, `s${round}`);
      await leaveStale(path);
      for (const child of contenders) child.send(path);
      const outcomes = await Promise.all(contenders.map((child) => child.line()));
      const winners = contenders.filter((_, i) => outcomes[i] === 'listens');
      const [losers] = [outcomes.filter((outcome) => outcome !== 'listens')];
      if (winners.length !== 1 || losers.some((code) => code !== 'SOCKET_IN_USE')) {
        t.fail(`round ${round}: ${outcomes.join(', ')}`);
      }
      if ((await answerOf(path)) !== String(winners[0]!.pid))
        t.fail(`round ${round}: the wrong one`);
    }
    t.strictSame(readdirSync(directory).sort().length, ROUNDS, 'and nothing is left beside it');
  },
);

/** A socket that nobody listens on any more: closing removes its file, but not another name of it. */
async function leaveStale(path: string): Promise<void> {
  const server = createServer();
  server.listen(`${path}.gone`);
  await once(server, 'listening');
  linkSync(`${path}.gone`, path);
  server.close();
  await once(server, 'close');
}
