import { createServer } from 'node:net';
import type { BlockList, Server, Socket } from 'node:net';
import { describeError } from '../../runtime/errors.ts';
import type { Log } from '../../runtime/log.ts';
import { readProxyHeader } from './proxy-header.ts';

export interface ProxiedPortDeps {
  /** Who may say for whom he speaks. */
  readonly trusted: BlockList;
  /** Who has not said so by then, is cut off. */
  readonly headerMs: number;
  readonly connections: number;
  /** Takes over a connection, whose client is at this address where a proxy has told it. */
  readonly accept: (socket: Socket, source: string | undefined) => void;
  readonly log: Log;
}

/**
 * A TCP port behind proxies that tell the address of their clients first. They may leave it out, as in their own probes. A
 * header from anybody else is not read at all, and so is no TLS handshake: it ends the connection.
 */
export function proxiedPort({ trusted, headerMs, connections, ...deps }: ProxiedPortDeps): Server {
  const server = createServer((socket) => {
    // For as long as it lives: an error that nobody listens to would end the process.
    socket.on('error', () => void socket.destroy());
    const { remoteAddress = '', remoteFamily } = socket;
    const family = remoteFamily === 'IPv6' ? 'ipv6' : 'ipv4';
    if (!trusted.check(remoteAddress, family)) deps.accept(socket, undefined);
    else readHeader(socket, { ...deps, headerMs });
  });
  server.maxConnections = connections;
  return server;
}

type ReaderDeps = Pick<ProxiedPortDeps, 'accept' | 'log' | 'headerMs'>;

function readHeader(socket: Socket, { accept, log, headerMs }: ReaderDeps): void {
  let bytes: Buffer = Buffer.alloc(0);
  const refuse = (error: unknown): void => {
    const caller_address = `${socket.remoteAddress ?? ''}:${socket.remotePort ?? 0}`;
    log.warn('Connection refused', { error: describeError(error), caller_address });
    socket.destroy();
  };
  const late = (): void => refuse(new TypeError('the PROXY header did not come in time'));
  const done = (source: string | undefined, rest: Buffer): void => {
    socket.off('readable', read).off('timeout', late).setTimeout(0);
    if (rest.length > 0) socket.unshift(rest);
    accept(socket, source);
  };
  const read = (): void => {
    const more = socket.read() as Buffer | null;
    if (more === null) return;
    bytes = Buffer.concat([bytes, more]);
    try {
      const header = readProxyHeader(bytes);
      if (header.kind === 'header') done(header.source, bytes.subarray(header.length));
      else if (header.kind === 'none') done(undefined, bytes);
    } catch (error) {
      refuse(error);
    }
  };
  socket.on('readable', read).setTimeout(headerMs, late);
}
