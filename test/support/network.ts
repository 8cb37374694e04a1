import { once } from 'node:events';
import { createConnection, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { systemClock } from '../../runtime/clock.ts';

/** A piece on its way is not called back. */
const AWAKE = new AbortController().signal;

interface Teardown {
  teardown(cleanUp: () => void): unknown;
}

/** A network in front of a port of this host, which can be slow, or be cut so that neither end is told. */
export class Network {
  /** How long each piece takes on its way. */
  delayMs = 0;
  readonly #target: number;
  readonly #sockets = new Set<Socket>();
  readonly #server = createServer((near) => this.#join(near));
  #isCut = false;

  private constructor(target: number) {
    this.#target = target;
  }

  static async to(t: Teardown, target: number): Promise<Network> {
    const network = new Network(target);
    network.#server.listen(0, '127.0.0.1');
    await once(network.#server, 'listening');
    t.teardown(() => {
      network.#server.close();
      for (const socket of network.#sockets) socket.destroy();
    });
    return network;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Nothing arrives any more, not even that a connection has ended. */
  cut(): void {
    this.#isCut = true;
  }

  /** What was lost stays lost; what comes from now on arrives. */
  heal(): void {
    this.#isCut = false;
  }

  #join(near: Socket): void {
    const far = createConnection(this.#target, '127.0.0.1');
    this.#forward(near, far);
    this.#forward(far, near);
  }

  #forward(from: Socket, to: Socket): void {
    this.#sockets.add(from);
    from.on('data', (bytes) => {
      void systemClock.delay(this.delayMs, AWAKE).then(() => {
        if (!this.#isCut && !to.destroyed) to.write(bytes);
      });
    });
    from.on('error', () => undefined);
    from.on('close', () => {
      this.#sockets.delete(from);
      if (!this.#isCut) to.destroy();
    });
  }
}
