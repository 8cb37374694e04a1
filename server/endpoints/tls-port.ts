import { constants } from 'node:crypto';
import { createServer } from 'node:tls';
import type { BlockList, Server as NetServer, Socket } from 'node:net';
import type { Server, TLSSocket } from 'node:tls';
import type { TrustDomain } from '@vouchsafe/pki/trust-domain';
import { verifyX509Svid } from '@vouchsafe/pki/x509/verify';
import type { Address } from '../../runtime/address.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { Log } from '../../runtime/log.ts';
import type { Peers } from '../../runtime/rpc/peers.ts';
import type { RpcServer } from '../../runtime/rpc/rpc-server.ts';
import { peerChain } from '../../runtime/tls/peer-chain.ts';
import { listen } from '../../runtime/listen.ts';
import type { Caller } from '../api/caller.ts';
import { proxiedPort } from './proxied-port.ts';
import type { ServerCall } from '../api/server-call.ts';
import type { ServerSvid } from '../ca/server-svid.ts';
import type { RoleBook } from '../roles/role-book.ts';
import type { Registry } from '../registry.ts';

/** Who is at the other end is settled once: no session is resumed, none is renegotiated (RFC 9113 §9.2.1). */
const ONE_HANDSHAKE = constants.SSL_OP_NO_TICKET | constants.SSL_OP_NO_RENEGOTIATION;
/** Whoever can reach the socket may try, as with a TCP port: the handshake decides. */
const SOCKET_MODES = { socket: 0o777, directory: 0o755 };

/** What strangers can take up. */
export interface TlsPortLimits {
  /** Who has not shown by then who it is, is cut off. */
  readonly handshakeMs: number;
  /** Open at a time; further ones are cut off. */
  readonly connections: number;
}

const LIMITS: TlsPortLimits = { handshakeMs: 10_000, connections: 20_000 };

export interface TlsPortDeps {
  readonly trustDomain: TrustDomain;
  readonly svid: Pick<ServerSvid, 'subscribe'>;
  readonly registry: Pick<Registry, 'findBundle'>;
  readonly peers: Peers<Caller>;
  readonly rpc: Pick<RpcServer<ServerCall>, 'accept'>;
  /** Who is let in though it is of another trust domain. */
  readonly roles: Pick<RoleBook, 'names'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits?: TlsPortLimits;
  /** Whose PROXY protocol headers are believed; nobody's when undefined. */
  readonly proxies?: BlockList | undefined;
}

/**
 * Where agents connect. A client may show no certificate; one that it shows must prove an identity of this trust domain
 * before a byte of HTTP/2 is read. No session is ever resumed, so every connection is judged anew.
 */
export class TlsPort {
  readonly #deps: TlsPortDeps;
  readonly #server: Server;
  /** What listens: the TLS server itself, or what reads headers in front of it. */
  readonly #front: NetServer;
  /** Where the clients of proxies are, by the address that the connection has. */
  readonly #sources = new Map<string, string>();

  constructor(deps: TlsPortDeps) {
    this.#deps = deps;
    const { handshakeMs, connections } = deps.limits ?? LIMITS;
    this.#server = createServer({
      requestCert: true,
      rejectUnauthorized: false, // OpenSSL knows no trust domains; the judgement is ours, below
      minVersion: 'TLSv1.2',
      ALPNProtocols: ['h2'],
      handshakeTimeout: handshakeMs,
      secureOptions: ONE_HANDSHAKE,
    });
    this.#server.maxConnections = connections;
    this.#front = this.#server;
    if (deps.proxies !== undefined) {
      this.#front = proxiedPort({
        trusted: deps.proxies,
        headerMs: handshakeMs,
        connections,
        accept: (socket, source) => this.#acceptFrom(socket, source),
        log: deps.log,
      });
    }
    this.#server.on('secureConnection', (socket) => this.#admit(socket));
    this.#server.on('tlsClientError', (error, socket) => {
      deps.log.debug('TLS handshake failed', { error, caller_address: addressOf(socket) });
      socket.destroy(); // a handshake that took too long has only been reported
    });
    deps.svid.subscribe(({ certificate, key }) => {
      this.#server.setSecureContext({
        cert: certificate,
        key,
        minVersion: 'TLSv1.2',
        secureOptions: ONE_HANDSHAKE,
      });
    });
  }

  /** @returns where it listens, the port filled in. @throws RuntimeError */
  listen(address: Address): Promise<Address> {
    return listen(this.#front, address, SOCKET_MODES);
  }

  /** Stops accepting; connections are the RPC server's to end. */
  close(): void {
    this.#front.close();
  }

  #acceptFrom(socket: Socket, source: string | undefined): void {
    const key = addressOf(socket);
    if (source !== undefined) {
      this.#sources.set(key, source);
      socket.once('close', () => this.#sources.delete(key));
    }
    this.#server.emit('connection', socket);
  }

  #admit(socket: TLSSocket): void {
    const connected = addressOf(socket);
    const address = this.#sources.get(connected) ?? connected;
    socket.on('error', (error) => {
      this.#deps.log.debug('Connection failed', { error, caller_address: address });
    });
    try {
      const caller = this.#identify(socket, address);
      this.#deps.peers.register(socket, caller);
      this.#deps.rpc.accept(socket);
    } catch (error) {
      this.#deps.log.warn('Connection refused', { error, caller_address: address });
      socket.destroy();
    }
  }

  #identify(socket: TLSSocket, address: string): Caller {
    if (socket.alpnProtocol !== 'h2') throw new TypeError('the client does not speak HTTP/2');
    const chain = peerChain(socket);
    const [certificate] = chain;
    if (certificate === undefined) return { kind: 'anonymous', address };
    const { registry, trustDomain, roles, clock } = this.#deps;
    const id = verifyX509Svid({
      chain,
      authorities: (domain) => registry.findBundle(domain)?.x509Certificates,
      now: clock.now(),
    });
    const isKnown = id.trustDomain.equals(trustDomain) || roles.names(id);
    if (!isKnown) {
      throw new TypeError(`${id.toString()} is not of this trust domain`);
    }
    return { kind: 'x509', id, certificate, address };
  }
}

function addressOf({ remoteAddress, remotePort }: Socket): string {
  return remoteAddress === undefined ? 'unix' : `${remoteAddress}:${remotePort ?? 0}`;
}
