import { constants } from 'node:crypto';
import type { Server, TLSSocket, TlsOptions } from 'node:tls';
import type { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import { chainOfSocket, checkPeer } from './peer.ts';
import type { IdentitySource, PeerOptions } from './peer.ts';
import type { X509Identity } from './x509-source.ts';

/** How a server takes part in mutual TLS. */
export interface TlsServerOptions<S extends Server> extends PeerOptions {
  /** Makes the server: `(options) => https.createServer(options, listener)`; more options may be added to these. */
  readonly create: (options: TlsOptions) => S;
  /** Told why a client was refused. */
  readonly onRefused?: (error: unknown, socket: TLSSocket) => void;
}

const HANDSHAKE_MS = 10_000;

/**
 * A server for mutual TLS: `node:tls`, `node:https` or `node:http2`. It shows the source's newest X509-SVID; a client
 * that does not prove a SPIFFE ID that `authorize` accepts is disconnected before anybody reads a byte of it. Being
 * options alone this could not fail closed: Node.js has no place among them for who judges a client.
 * @throws ClientError CLIENT_NO_IDENTITY, CLIENT_CLOSED
 */
export function createTlsServer<S extends Server>(
  source: IdentitySource,
  options: TlsServerOptions<S>,
): S {
  const server = options.create({
    ...contextOf(source.identity),
    requestCert: true,
    rejectUnauthorized: false, // OpenSSL knows no trust domains; the judgement is the guard's
    handshakeTimeout: HANDSHAKE_MS,
  });
  // A handshake that takes too long is only reported; plain `node:tls` leaves the connection open.
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  guard(server, (socket) => admit(socket, source, options));
  const unsubscribe = source.subscribe((identity) => server.setSecureContext(contextOf(identity)));
  server.once('close', unsubscribe);
  return server;
}

const admitted = new WeakMap<TLSSocket, SpiffeId>();

/** The SPIFFE ID of a client that createTlsServer let in; undefined for any other socket. */
export function peerId(socket: TLSSocket): SpiffeId | undefined {
  return admitted.get(socket);
}

/** Who is at the other end is settled by one full handshake: none is resumed, none is renegotiated. */
function contextOf({ svid }: X509Identity) {
  return {
    cert: svid.chainPem(),
    key: svid.privateKeyPem(),
    minVersion: 'TLSv1.2',
    secureOptions: constants.SSL_OP_NO_TICKET | constants.SSL_OP_NO_RENEGOTIATION,
  } as const;
}

/** Stands before every listener for new connections, those added later and those of HTTP included. */
function guard(server: Server, admits: (socket: TLSSocket) => boolean): void {
  const emit = server.emit.bind(server) as (event: string | symbol, ...args: unknown[]) => boolean;
  const guarded = (event: string | symbol, ...args: unknown[]): boolean =>
    event === 'secureConnection' && !admits(args[0] as TLSSocket) ? false : emit(event, ...args);
  server.emit = guarded as Server['emit'];
}

function admit<S extends Server>(
  socket: TLSSocket,
  source: IdentitySource,
  options: TlsServerOptions<S>,
): boolean {
  try {
    admitted.set(socket, checkPeer(chainOfSocket(socket), source, options));
    return true;
  } catch (error) {
    socket.on('error', () => undefined); // nobody else listens, and it may fail once more while it closes
    socket.destroy();
    options.onRefused?.(error, socket);
    return false;
  }
}
