import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { dirname } from 'node:path';
import { ensureDirectory } from '../../runtime/directory.ts';
import { descriptorOf, peerCredentials, peerGroups } from '../../runtime/kernel.ts';
import type { Log } from '../../runtime/log.ts';
import type { Peers } from '../../runtime/rpc/peers.ts';
import type { RpcServer } from '../../runtime/rpc/rpc-server.ts';
import { listenUnix } from '../../runtime/unix-listener.ts';
import type { Caller } from '../api/caller.ts';
import type { ServerCall } from '../api/server-call.ts';

/** Who may administer the server is who may open this socket: its user and its group. */
const SOCKET_MODE = 0o770;
const DIRECTORY_MODE = 0o750;

export interface AdminSocketDeps {
  readonly peers: Peers<Caller>;
  readonly rpc: Pick<RpcServer<ServerCall>, 'accept'>;
  readonly log: Log;
}

/** The Unix socket that administrators on this host use; the kernel says who they are, for the audit. */
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

  /** Stops accepting; connections are the RPC server's to end. */
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
    const { uid, gid, pid } = credentials;
    const gids = [gid, ...peerGroups(fd)];
    this.#deps.peers.register(socket, { kind: 'local', uid, gids, pid });
    this.#deps.rpc.accept(socket);
  }
}
