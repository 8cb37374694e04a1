import t from 'tap';
import type { Test } from 'tap';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { join } from 'node:path';
import { PeerTracker, pinByConnection, pinByPid } from '../../../agent/endpoints/peer-tracker.ts';
import type { Peer, PinProcess } from '../../../agent/endpoints/peer-tracker.ts';
import { readExecutable } from '../../../agent/workload/executable.ts';
import { startNode } from '../../support/child.ts';
import type { Child } from '../../support/child.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { temporaryDirectory } from '../../support/socket-path.ts';

interface Fixture {
  readonly path: string;
  readonly clock: FakeClock;
  readonly tracker: PeerTracker;
  /** The next connection that arrives. */
  accepted(): Promise<{ socket: Socket; peer: Peer | undefined }>;
}

async function listen(t: Test, pin?: PinProcess): Promise<Fixture> {
  const path = join(temporaryDirectory(t), 's');
  const clock = new FakeClock();
  const tracker = new PeerTracker({ clock, readExecutable, ...(pin === undefined ? {} : { pin }) });
  const server: Server = createServer();
  server.listen(path);
  await once(server, 'listening');
  const open = new Set<Socket>();
  t.teardown(() => {
    server.close();
    for (const socket of open) socket.destroy();
  });
  return {
    path,
    clock,
    tracker,
    accepted: async () => {
      const [socket] = (await once(server, 'connection')) as [Socket];
      open.add(socket);
      socket.on('error', () => undefined);
      return { socket, peer: tracker.track(socket) };
    },
  };
}

const CONNECTS = `
const socket = require('node:net').connect(process.argv[1], () => console.log('connected'));
process.stdin.on('data', () => process.exit());`;

/** Connects, hands its socket to a process that outlives it, and exits when told. */
const PASSES_ON = `
const socket = require('node:net').connect(process.argv[1], () => {
  const heir = require('node:child_process').spawn('sleep', ['60'], {
    detached: true, stdio: ['ignore', 'ignore', 'ignore', socket],
  });
  console.log(heir.pid);
});
process.stdin.on('data', () => process.exit());`;

function descriptors(): number {
  return readdirSync('/proc/self/fd').length;
}

async function connector(t: Test, fixture: Fixture, script = CONNECTS) {
  const accepted = fixture.accepted();
  const child = startNode(script, { args: [fixture.path] });
  t.teardown(() => child.kill());
  return { child, line: await child.line(), ...(await accepted) };
}

async function exit(child: Child): Promise<void> {
  child.send('exit');
  await child.ended();
}

const WAYS: readonly (readonly [name: string, pin: PinProcess | undefined])[] = [
  ['as this kernel supports it', undefined],
  ['by the connection (Linux 6.5)', pinByConnection],
  ['by PID and start time (before Linux 6.5)', pinByPid],
];

for (const [way, pin] of WAYS) {
  t.test(`WEP-09: WAPI-04: knows the process behind a connection, ${way}`, async (t) => {
    const fixture = await listen(t, pin);
    const { child, peer } = await connector(t, fixture);
    t.match(peer, { pid: child.pid, uid: process.getuid!(), gid: process.getgid!() });
    t.equal(peer?.isAlive(), true);
    t.equal(peer?.executable?.path, process.execPath);
    t.equal(fixture.tracker.size, 1);
  });

  t.test(`WEP-10: T-06: a process that has exited is nobody, ${way}`, async (t) => {
    const { child, peer, socket } = await connector(t, await listen(t, pin));
    const closed = once(socket.resume(), 'close');
    await exit(child);
    t.equal(peer?.isAlive(), false);
    await closed;
    t.equal(peer?.isAlive(), false);
  });

  t.test(`T-07: a passed socket is its connector's and closes with it, ${way}`, async (t) => {
    const fixture = await listen(t, pin);
    const stop = new AbortController();
    const running = fixture.tracker.run(stop.signal);
    const { child, line, peer, socket } = await connector(t, fixture, PASSES_ON);
    t.teardown(() => process.kill(Number(line), 'SIGKILL'));
    t.equal(peer?.pid, child.pid, 'not the holder');
    await fixture.clock.waiting();
    fixture.clock.advance(500);
    t.equal(peer?.isAlive(), true, 'as long as the connector lives, the connection is good');
    t.equal(socket.destroyed, false);
    await exit(child);
    const closed = once(socket, 'close');
    await fixture.clock.waiting();
    fixture.clock.advance(500);
    await closed;
    t.equal(peer?.isAlive(), false);
    stop.abort();
    await running;
  });

  t.test(`T-06: F-22: no descriptor is left behind, ${way}`, async (t) => {
    const fixture = await listen(t, pin);
    const before = descriptors();
    for (let i = 0; i < 200; i++) {
      const accepted = fixture.accepted();
      const client = connect(fixture.path);
      client.on('error', () => undefined);
      const { socket } = await accepted;
      const closed = once(socket.resume(), 'close');
      client.destroy();
      await closed;
    }
    t.equal(descriptors(), before);
    t.equal(fixture.tracker.size, 0);
  });
}

t.test('T-06: of a peer that was gone before accept nothing is assumed', async (t) => {
  const gone: PinProcess = () => undefined;
  const fixture = await listen(t, gone);
  const before = descriptors();
  const accepted = fixture.accepted();
  const client = connect(fixture.path);
  const { peer, socket } = await accepted;
  t.equal(peer, undefined);
  t.equal(fixture.tracker.size, 0);
  const closed = once(socket.resume(), 'close');
  client.destroy();
  await closed;
  t.equal(descriptors(), before);
  t.equal(pinByPid(0, 2 ** 22 + 1), undefined, 'a PID that no process can have');
});

t.test('T-06: a start time that changed is another process, whatever its PID', async (t) => {
  const fixture = await listen(t, (_fd, pid) => ({
    ...pinByPid(_fd, pid)!,
    startTime: '1',
  }));
  const { peer } = await connector(t, fixture);
  t.equal(peer?.isAlive(), false);
});

t.test('T-24: a connection on which nothing is said is closed after ten seconds', async (t) => {
  const fixture = await listen(t);
  const stop = new AbortController();
  const running = fixture.tracker.run(stop.signal);
  const accepted = [fixture.accepted()];
  const silent = connect(fixture.path);
  const first = (await accepted[0]!).socket;
  const second = fixture.accepted();
  const talking = connect(fixture.path);
  const socket = (await second).socket.resume();
  const received = once(socket, 'data');
  talking.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
  await received;
  const closed = once(first, 'close');
  await fixture.clock.waiting();
  fixture.clock.advance(9_000);
  await fixture.clock.waiting();
  t.equal(first.destroyed, false);
  fixture.clock.advance(1_000);
  await closed;
  t.equal(socket.destroyed, false, 'one that speaks may be idle');
  silent.destroy();
  talking.destroy();
  stop.abort();
  await running;
});
