import type { Socket } from 'node:net';
import type { Clock } from '../../runtime/clock.ts';
import {
  closeDescriptor,
  descriptorOf,
  exited,
  hasPeerPidfd,
  openPidfd,
  peerCredentials,
  peerPidfd,
  processStartTime,
} from '../../runtime/kernel.ts';
import type { PeerCredentials } from '../../runtime/kernel.ts';
import { Peers } from '../../runtime/rpc/peers.ts';
import type { Executable } from '../workload/executable.ts';

/** A connector that passed its socket on and exited is found out within this. */
const SWEEP_MS = 500;
/** A client that wants something says so at once; one that has sent less than an HTTP/2 preface by then never began. */
const PREFACE_MS = 10_000;
const PREFACE_BYTES = 24;

/** The process that opened a connection, as the kernel recorded it then: who sends on it later makes no difference. */
export interface Peer extends PeerCredentials {
  /** The program it ran when it connected; undefined when this agent may not know. */
  readonly executable: Executable | undefined;
  /** Whether this process, and not another that got its PID, still runs. False once the connection has closed. */
  isAlive(): boolean;
}

/** A process that cannot be mistaken for another: by a pidfd, and where that came by its PID also by its start time. */
export interface ProcessHandle {
  readonly pidfd: number;
  readonly startTime?: string;
}

/** How a process is pinned when its connection is accepted; undefined when it has gone by then. */
export type PinProcess = (fd: number, pid: number) => ProcessHandle | undefined;

/** Linux 6.5 hands out a pidfd for exactly the process that connected. */
export function pinByConnection(fd: number): ProcessHandle | undefined {
  const pidfd = peerPidfd(fd);
  return pidfd === undefined ? undefined : { pidfd };
}

/**
 * Before that, the PID is all there is. Between connect and accept, some microseconds, the PID may have gone to another
 * process; attestors therefore hold its user against the one that the kernel recorded. From here on it is pinned.
 */
export function pinByPid(_fd: number, pid: number): ProcessHandle | undefined {
  const pidfd = openPidfd(pid);
  if (pidfd === undefined) return undefined;
  const startTime = processStartTime(pid);
  if (startTime !== undefined) return { pidfd, startTime };
  closeDescriptor(pidfd);
  return undefined;
}

/** The better way that this kernel has. */
function pinAsSupported(fd: number, pid: number): ProcessHandle | undefined {
  // The first may also fail for a process that has gone: its PID means nothing any more, so the second must not be tried.
  return pinByConnection(fd) ?? (hasPeerPidfd(fd) ? undefined : pinByPid(fd, pid));
}

export interface PeerTrackerDeps {
  readonly clock: Clock;
  readonly readExecutable: (pid: number) => Executable | undefined;
  readonly pin?: PinProcess;
}

/** Knows which process is behind each open connection, from accept until it closes. */
export class PeerTracker {
  readonly #deps: PeerTrackerDeps;
  readonly #peers = new Peers<TrackedPeer>();

  constructor(deps: PeerTrackerDeps) {
    this.#deps = deps;
  }

  /** Pins the process behind a connection just accepted; undefined when nobody can vouch for who that is. */
  track(socket: Socket): Peer | undefined {
    const fd = descriptorOf(socket);
    const credentials = fd === undefined ? undefined : peerCredentials(fd);
    if (fd === undefined || credentials === undefined) return undefined;
    const handle = (this.#deps.pin ?? pinAsSupported)(fd, credentials.pid);
    if (handle === undefined) return undefined;
    const executable = this.#deps.readExecutable(credentials.pid);
    const acceptedAt = this.#deps.clock.now().getTime();
    const peer = new TrackedPeer(credentials, { executable, handle, socket, acceptedAt });
    socket.once('close', () => peer.release());
    this.#peers.register(socket, peer);
    return peer;
  }

  /** The peer of the connection with this key, as `call.peer` has it; undefined once it has closed. */
  find(key: string): Peer | undefined {
    return this.#peers.find(key);
  }

  get size(): number {
    return this.#peers.size;
  }

  /**
   * Closes the connections of processes that have exited, since whoever still holds one has no claim to their identity,
   * and those on which nothing was ever said.
   */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#deps.clock.delay(SWEEP_MS, signal);
      this.#sweep();
    }
  }

  #sweep(): void {
    if (this.#peers.size === 0) return;
    const peers = [...this.#peers.values()];
    const gone = exited(peers.map((peer) => peer.pidfd));
    const begunBy = this.#deps.clock.now().getTime() - PREFACE_MS;
    peers.forEach((peer, i) => {
      if (gone[i] === true || peer.isIdleSince(begunBy)) peer.socket.destroy();
    });
  }
}

interface TrackedPeerInit {
  readonly executable: Executable | undefined;
  readonly handle: ProcessHandle;
  readonly socket: Socket;
  readonly acceptedAt: number;
}

class TrackedPeer implements Peer {
  readonly pid: number;
  readonly uid: number;
  readonly gid: number;
  readonly executable: Executable | undefined;
  readonly pidfd: number;
  readonly socket: Socket;
  readonly #startTime: string | undefined;
  readonly #acceptedAt: number;
  #isReleased = false;

  constructor({ pid, uid, gid }: PeerCredentials, init: TrackedPeerInit) {
    this.pid = pid;
    this.uid = uid;
    this.gid = gid;
    this.executable = init.executable;
    this.pidfd = init.handle.pidfd;
    this.socket = init.socket;
    this.#startTime = init.handle.startTime;
    this.#acceptedAt = init.acceptedAt;
  }

  /** Whether it connected before then, in milliseconds, and has not even begun to speak HTTP/2. */
  isIdleSince(time: number): boolean {
    return this.#acceptedAt <= time && this.socket.bytesRead < PREFACE_BYTES;
  }

  isAlive(): boolean {
    // Once closed, the number of the pidfd may already belong to something else.
    if (this.#isReleased || exited([this.pidfd])[0] !== false) return false;
    return this.#startTime === undefined || processStartTime(this.pid) === this.#startTime;
  }

  release(): void {
    if (this.#isReleased) return;
    this.#isReleased = true;
    closeDescriptor(this.pidfd);
  }
}
