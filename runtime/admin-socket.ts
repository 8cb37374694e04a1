import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { dirname } from 'node:path';
import { ensureDirectory } from './directory.ts';
import { descriptorOf, peerCredentials, peerGroups } from './kernel.ts';
import type { PeerCredentials } from './kernel.ts';
import type { Log } from './log.ts';
import { listenUnix } from './unix-listener.ts';

/** Who may administer a daemon is who may open its socket: its user and its group. */
const SOCKET_MODE = 0o770;
const DIRECTORY_MODE = 0o750;

/** Who connected, as the kernel recorded it at connect. */
export interface LocalPeer extends PeerCredentials {
  /** The group first that it runs as, then all others that it is in. */
  readonly gids: readonly number[];
}

export interface AdminSocketDeps {
  /** Takes over a connection. */
  readonly admit: (socket: Socket, peer: LocalPeer) => void;
  readonly log: Log;
}

/** The Unix socket of a daemon that administrators on its host use; the kernel says who they are. */
export class AdminSocket {
  readonly #deps: AdminSocketDeps;
  readonly #server: Server;

  constructor(deps: AdminSocketDeps) {
    this.#deps = deps;
    this.#server = createServer((socket) => this.#admit(socket));
  }

  async listen(path: string): Promise<void> {
    await ensureDirectory(dirname(path), DIRECTORY_MODE);
    await listenUnix(this.#server, path, SOCKET_MODE);
  }

  /** Stops accepting; connections are for who admitted them to end. */
  close(): void {
    this.#server.close();
  }

  #admit(socket: Socket): void {
    socket.on('error', (error) => this.#deps.log.debug('Connection failed', { error }));
    const fd = descriptorOf(socket);
    const credentials = fd === undefined ? undefined : peerCredentials(fd);
    if (fd === undefined || credentials === undefined) {
      socket.destroy(); // gone before it could be asked who it is
      return;
    }
    this.#deps.admit(socket, {
      ...credentials,
      gids: [credentials.gid, ...peerGroups(fd)],
    });
  }
}
