import type { Duplex } from 'node:stream';

/**
 * Who is at the other end of each open connection. grpc-js shows a handler only the peer's address as text, so the
 * connection's address is made a key of this registry before it is handed over.
 */
export class Peers<T> {
  readonly #peers = new Map<string, T>();
  /** When each connected, in milliseconds of `performance.now`. */
  readonly #since = new Map<string, number>();
  #next = 0;

  /** Names the connection; the name is forgotten when it closes. */
  register(socket: Duplex, peer: T): void {
    const key = `peer-${++this.#next}`;
    Object.defineProperty(socket, 'remoteAddress', { value: key });
    Object.defineProperty(socket, 'remotePort', { value: undefined });
    this.#peers.set(key, peer);
    this.#since.set(key, performance.now());
    socket.once('close', () => {
      this.#peers.delete(key);
      this.#since.delete(key);
    });
  }

  /** How long its connection has lasted, in real time; a connection that has closed is of any age. */
  ageMs(key: string): number {
    return performance.now() - (this.#since.get(key) ?? -Infinity);
  }

  /** Undefined once the connection has closed. */
  find(key: string): T | undefined {
    return this.#peers.get(key);
  }

  get size(): number {
    return this.#peers.size;
  }

  values(): Iterable<T> {
    return this.#peers.values();
  }
}
