import { Server, ServerCredentials } from '@grpc/grpc-js';
import type { ConnectionInjector, ServerOptions, ServiceDefinition } from '@grpc/grpc-js';
import type { Duplex } from 'node:stream';
import { adapt } from './adapter.ts';
import type { Implementation } from './adapter.ts';
import type { Call, CallObserver, Gate } from './call.ts';

/** What grpc-go takes, so what every peer of ours is made for. */
const MAX_MESSAGE_BYTES = 4 << 20;
/**
 * Beyond this a connection is flooding; grpc-js itself sets no limit. Node.js closes one that cancelled 1000 streams at
 * once, and then more than 33 a second (CVE-2023-44487), which is right: what a stream costs does not end with it, so a
 * limit on open ones would be none. Clients connect again by themselves, other connections notice nothing.
 */
const MAX_STREAMS_PER_CONNECTION = 1000;
const DRAIN_MS = 5000;
const FLUSH_MS = 500;

export interface RpcServerOptions<C extends Call> {
  readonly gate: Gate<C>;
  /** For ever by default. */
  readonly connectionAge?: ConnectionAge;
  readonly observe?: CallObserver | undefined;
}

/** How long connections last, so that they spread over servers and nobody holds one without end. */
export interface ConnectionAge {
  /** After this a connection takes no further calls, and its peer is asked to make a new one. */
  readonly maxMs: number;
  /** After this much more it is cut off, with what is still open on it. */
  readonly graceMs: number;
}

/** A gRPC server that listens nowhere: it answers on connections accepted, and authenticated, elsewhere. */
export class RpcServer<C extends Call> {
  readonly #server: Server;
  readonly #injector: ConnectionInjector;
  readonly #gate: Gate<C>;
  readonly #observe: CallObserver | undefined;
  readonly #stopping = new AbortController();
  #closing: Promise<void> | undefined;
  readonly #connections = new Set<Duplex>();

  constructor(options: RpcServerOptions<C>) {
    this.#gate = options.gate;
    this.#observe = options.observe;
    this.#server = new Server({
      'grpc.max_receive_message_length': MAX_MESSAGE_BYTES,
      'grpc.max_concurrent_streams': MAX_STREAMS_PER_CONNECTION,
      'grpc.enable_channelz': 0,
      ...ageOptions(options.connectionAge),
    });
    this.#injector = this.#server.createConnectionInjector(ServerCredentials.createInsecure());
  }

  addService<Handlers>(
    definition: ServiceDefinition,
    implementation: Partial<Implementation<Handlers, C>>,
  ): void {
    const options = {
      gate: this.#gate,
      observe: this.#observe,
      stopping: this.#stopping.signal,
    };
    this.#server.addService(definition, adapt(definition, implementation, options));
  }

  /** Takes over a connection whose peer is known. */
  accept(socket: Duplex): void {
    if (this.#stopping.signal.aborted) {
      socket.destroy();
      return;
    }
    this.#connections.add(socket);
    socket.once('close', () => this.#connections.delete(socket));
    this.#injector.injectConnection(socket);
  }

  /** Ends open streams with UNAVAILABLE, lets unary calls finish for a while, then drops what is left. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#stopping.abort();
    const cutOff = setTimeout(() => this.#server.forceShutdown(), DRAIN_MS);
    await new Promise<void>((resolve) => this.#server.tryShutdown(() => resolve()));
    clearTimeout(cutOff);
    await this.#closed();
  }

  /** A session that is done still flushes its last trailers; a socket that never gets there is dropped. */
  async #closed(): Promise<void> {
    const drop = setTimeout(() => {
      for (const socket of this.#connections) socket.destroy();
    }, FLUSH_MS);
    // However they end: that a client resets its connection is no failure of the stop.
    const closed = (socket: Duplex) => new Promise((resolve) => socket.once('close', resolve));
    await Promise.all([...this.#connections].map(closed));
    clearTimeout(drop);
  }
}

function ageOptions(age: ConnectionAge | undefined): ServerOptions {
  if (age === undefined) return {};
  return {
    'grpc.max_connection_age_ms': age.maxMs,
    'grpc.max_connection_age_grace_ms': age.graceMs,
  };
}
