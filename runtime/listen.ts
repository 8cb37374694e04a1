import { once } from 'node:events';
import type { AddressInfo, Server } from 'node:net';
import { dirname } from 'node:path';
import { formatAddress } from './address.ts';
import type { Address } from './address.ts';
import { ensureDirectory } from './directory.ts';
import { RuntimeError, describeError } from './errors.ts';
import { listenUnix } from './unix-listener.ts';

/** Of a Unix socket, and of the directory that is made for it. */
export interface SocketModes {
  readonly socket: number;
  readonly directory: number;
}

/**
 * Listens on a TCP port or a Unix socket.
 * @returns where it listens, the port filled in
 * @throws RuntimeError ADDRESS_UNAVAILABLE, DIRECTORY_*, SOCKET_*
 */
export async function listen(
  server: Server,
  address: Address,
  modes: SocketModes,
): Promise<Address> {
  if (address.kind === 'unix') {
    await ensureDirectory(dirname(address.path), modes.directory);
    await listenUnix(server, address.path, modes.socket);
    return address;
  }
  try {
    server.listen(address.port, address.host);
    await once(server, 'listening');
  } catch (cause) {
    const detail = `${formatAddress(address)}: ${describeError(cause)}`;
    throw new RuntimeError('ADDRESS_UNAVAILABLE', detail, { cause });
  }
  const { port } = server.address() as AddressInfo;
  return { ...address, port };
}
