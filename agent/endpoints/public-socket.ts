import { createServer } from 'node:net';
import type { Socket } from 'node:net';
import { dirname } from 'node:path';
import type { Clock } from '../../runtime/clock.ts';
import { ensureDirectory } from '../../runtime/directory.ts';
import type { Log } from '../../runtime/log.ts';
import { listenUnix } from '../../runtime/unix-listener.ts';
import type { Peer } from './peer-tracker.ts';

/** Everybody may ask: who they are is found out, not granted by file permissions. */
const SOCKET_MODE = 0o777;
const DIRECTORY_MODE = 0o755;
/** A connection costs its own descriptor and a pidfd. */
const DESCRIPTORS_PER_CONNECTION = 2;
/** Kept free for the agent's own files, its server and the executables it hashes. */
const RESERVED_DESCRIPTORS = 128;
const MIN_CONNECTIONS = 16;
/** A flood of connections is one line in the log this often. */
const REFUSAL_LOG_MS = 10_000;

export interface ConnectionLimits {
  readonly total: number;
  /** No user can keep the others out. */
  readonly perUid: number;
}

/** How many connections this process can hold, for a limit on open files (`ulimit -n`). */
export function connectionLimits(maxOpenFiles: number): ConnectionLimits {
  const fit = Math.floor((maxOpenFiles - RESERVED_DESCRIPTORS) / DESCRIPTORS_PER_CONNECTION);
  const total = Math.max(MIN_CONNECTIONS, fit);
  return { total, perUid: Math.ceil(total / 2) };
}

export interface PublicSocketDeps {
  readonly path: string;
  readonly limits: ConnectionLimits;
  readonly clock: Clock;
  readonly log: Log;
  readonly tracker: { track(socket: Socket): Peer | undefined };
  readonly rpc: { accept(socket: Socket): void };
}

/** The Unix socket that workloads connect to. Each connection is somebody's before a byte of it is read. */
export class PublicSocket {
  readonly #deps: PublicSocketDeps;
  readonly #server = createServer();
  readonly #connectionsOf = new Map<number, number>();
  #connections = 0;
  #refused = 0;
  #quietUntil = 0;

  constructor(deps: PublicSocketDeps) {
    this.#deps = deps;
    this.#server.on('connection', (socket) => this.#accept(socket));
  }

  /** @throws RuntimeError DIRECTORY_UNSAFE, SOCKET_IN_USE, SOCKET_PATH_TAKEN, ADDRESS_UNAVAILABLE */
  async listen(): Promise<void> {
    await ensureDirectory(dirname(this.#deps.path), DIRECTORY_MODE);
    await listenUnix(this.#server, this.#deps.path, SOCKET_MODE);
    // From here on a failed accept (no descriptors left, above all) costs one connection, not the agent.
    this.#server.on('error', (error) =>
      this.#deps.log.warn('Cannot accept a connection', { error }),
    );
  }

  /** Accepts no more; what is open belongs to the RPC server. */
  close(): void {
    if (this.#server.listening) this.#server.close();
  }

  #accept(socket: Socket): void {
    socket.on('error', () => undefined); // a reset connection: its streams hear of it from HTTP/2
    const peer = this.#deps.tracker.track(socket);
    if (peer === undefined) this.#refuse(socket, 'the process behind it cannot be identified');
    else if (!this.#admit(peer.uid, socket)) this.#refuse(socket, 'too many are open', peer.uid);
    else this.#deps.rpc.accept(socket);
  }

  #admit(uid: number, socket: Socket): boolean {
    const { total, perUid } = this.#deps.limits;
    const own = this.#connectionsOf.get(uid) ?? 0;
    if (this.#connections >= total || own >= perUid) return false;
    this.#connections++;
    this.#connectionsOf.set(uid, own + 1);
    socket.once('close', () => {
      this.#connections--;
      const left = this.#connectionsOf.get(uid)! - 1;
      if (left === 0) this.#connectionsOf.delete(uid);
      else this.#connectionsOf.set(uid, left);
    });
    return true;
  }

  #refuse(socket: Socket, reason: string, uid?: number): void {
    socket.destroy();
    this.#refused++;
    const now = this.#deps.clock.now().getTime();
    if (now < this.#quietUntil) return;
    this.#quietUntil = now + REFUSAL_LOG_MS;
    const fields = uid === undefined ? { reason } : { reason, uid };
    this.#deps.log.warn('Refused a connection', { ...fields, refused: this.#refused });
    this.#refused = 0;
  }
}
