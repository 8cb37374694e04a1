import t from 'tap';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, realpathSync } from 'node:fs';
import { createServer } from 'node:net';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { PeerTracker } from '../../../../agent/endpoints/peer-tracker.ts';
import { AccountFiles } from '../../../../runtime/account-names.ts';
import { readProcessStatus } from '../../../../agent/workload/attestors/process-status.ts';
import { UnixAttestor } from '../../../../agent/workload/attestors/unix.ts';
import type { UnixAttestorDeps } from '../../../../agent/workload/attestors/unix.ts';
import { ExecutableHashes } from '../../../../agent/workload/executable-hashes.ts';
import { readExecutable, userNamespaceOf } from '../../../../agent/workload/executable.ts';
import { startNode } from '../../../support/child.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { peerOf } from '../../../support/peers.ts';
import { temporaryDirectory } from '../../../support/socket-path.ts';

const hashes = new ExecutableHashes();
const accounts = new AccountFiles({ clock: new FakeClock() });

function attestor(overrides: Partial<UnixAttestorDeps> = {}): UnixAttestor {
  return new UnixAttestor({
    names: () => accounts.names(),
    readStatus: readProcessStatus,
    readExecutable,
    hash: (pid, executable) => hashes.hash(pid, executable),
    userNamespace: userNamespaceOf('self'),
    discoverPath: true,
    sizeLimitBytes: 0,
    ...overrides,
  });
}

const texts = async (answer: ReturnType<UnixAttestor['attest']>): Promise<string[]> =>
  (await answer).map(String);

t.test('WEP-09: tells user, groups and program of a process that need not take part', async (t) => {
  const { users, groups } = await accounts.names();
  const { uid, gid, supplementaryGids } = readProcessStatus(process.pid);
  const sha256 = createHash('sha256').update(readFileSync(process.execPath)).digest('hex');
  t.strictSame(await texts(attestor().attest(peerOf())), [
    `unix:uid:${uid}`,
    `unix:user:${users.get(uid)}`,
    `unix:gid:${gid}`,
    `unix:group:${groups.get(gid)}`,
    ...supplementaryGids.flatMap((id) => [
      `unix:supplementary_gid:${id}`,
      `unix:supplementary_group:${groups.get(id)}`,
    ]),
    `unix:path:${realpathSync(process.execPath)}`,
    `unix:sha256:${sha256}`,
  ]);
});

t.test('tells what it is asked to tell', async (t) => {
  const names = async () =>
    Promise.resolve({ users: new Map([[0, 'root']]), groups: new Map([[7, 'staff']]) });
  const readStatus = () => ({ uid: 1, gid: 2, supplementaryGids: [7, 8] });
  const peer = peerOf({ uid: 1, gid: 2 });
  const accountsOnly = ['unix:uid:1', 'unix:gid:2', 'unix:supplementary_gid:7'];
  accountsOnly.push('unix:supplementary_group:staff', 'unix:supplementary_gid:8');
  const asked = (overrides: Partial<UnixAttestorDeps>) =>
    texts(
      attestor({ names, readStatus, hash: () => Promise.resolve('abc'), ...overrides }).attest(
        peer,
      ),
    );
  const path = `unix:path:${realpathSync(process.execPath)}`;

  t.strictSame(await asked({ discoverPath: false }), accountsOnly, 'no program');
  t.strictSame(await asked({}), [...accountsOnly, path, 'unix:sha256:abc']);
  t.strictSame(await asked({ sizeLimitBytes: 1 }), [...accountsOnly, path], 'too large to hash');
  t.strictSame(await asked({ sizeLimitBytes: -1 }), [...accountsOnly, path], 'no hash of any');
  t.strictSame(
    await asked({ userNamespace: 'user:[1]' }),
    [...accountsOnly, 'unix:sha256:abc'],
    'T-03: a path of its own invention is not told',
  );
});

t.test('a program that may not be known is left out', async (t) => {
  const peer = peerOf({ executable: undefined });
  const selectors = await texts(attestor().attest(peer));
  t.ok(selectors.includes(`unix:uid:${process.getuid!()}`));
  t.notOk(selectors.some((text) => /path|sha256/.test(text)));
});

for (const [name, change] of [
  ['user', { uid: 4_000_000_001 }],
  ['group', { gid: 4_000_000_001 }],
] as const) {
  t.test(`T-06: WEP-10: refuses a process of another ${name} than connected`, async (t) => {
    await t.rejects(attestor().attest(peerOf(change)), /user and group/);
  });
}

t.test('WEP-10: T-06: refuses a process that has gone', async (t) => {
  await t.rejects(attestor().attest(peerOf({ pid: 2 ** 22 + 1 })));
});

/** Connects, and becomes another program in the same process when told; the socket stays with it. */
const BECOMES_ANOTHER = `
import os, socket, sys
s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]); s.set_inheritable(True)
print('connected', flush=True); sys.stdin.readline()
os.execv('/bin/sleep', ['sleep', '60'])`;

t.test(
  'T-06: WEP-10: a process cannot connect as one program and be attested as another',
  async (t) => {
    const path = join(temporaryDirectory(t), 's');
    const server = createServer();
    server.listen(path);
    await once(server, 'listening');
    const accepted = once(server, 'connection') as Promise<[Socket]>;
    const child = startNode(
      `const { spawn } = require('node:child_process');
    const python = spawn('python3', ['-c', process.argv[2], process.argv[1]], { stdio: ['pipe', 'inherit', 'inherit'] });
    process.stdin.once('data', () => python.stdin.write('go\\n'));`,
      { args: [path, BECOMES_ANOTHER] },
    );
    const [socket] = await accepted;
    t.teardown(async () => {
      server.close();
      socket.destroy();
      await child.kill();
    });
    const peer = new PeerTracker({ clock: new FakeClock(), readExecutable }).track(socket)!;
    t.teardown(() => process.kill(peer.pid, 'SIGKILL'));
    const before = await texts(attestor().attest(peer));
    t.match(
      before.find((text) => text.startsWith('unix:path:')),
      /python/,
    );
    t.equal(await child.line(), 'connected');
    child.send('go');
    let now = readExecutable(peer.pid);
    while (now?.path.includes('python') === true) {
      await new Promise(setImmediate);
      now = readExecutable(peer.pid);
    }
    t.equal(peer.isAlive(), true, 'the same process');
    await t.rejects(attestor().attest(peer), /another program/);
  },
);
