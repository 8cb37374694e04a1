import { once } from 'node:events';
import { createConnection, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

interface Teardown {
  teardown(cleanUp: () => void): unknown;
}

/** What operators put before several servers: each connection goes to the next port of this host that takes it. */
export class Balancer {
  readonly #ports: readonly number[];
  readonly #sockets = new Set<Socket>();
  readonly #server = createServer((near) => void this.#join(near));
  #next = 0;

  private constructor(ports: readonly number[]) {
    this.#ports = ports;
  }

  static async before(t: Teardown, ports: readonly number[]): Promise<Balancer> {
    const balancer = new Balancer(ports);
    balancer.#server.listen(0, '127.0.0.1');
    await once(balancer.#server, 'listening');
    t.teardown(() => {
      balancer.#server.close();
      for (const socket of balancer.#sockets) socket.destroy();
    });
    return balancer;
  }

  /** `127.0.0.1:PORT` */
  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async #join(near: Socket): Promise<void> {
    this.#keep(near);
    for (let attempt = 0; attempt < this.#ports.length; attempt++) {
      const far = createConnection(this.#ports[this.#next++ % this.#ports.length]!, '127.0.0.1');
      this.#keep(far);
      const isTaken = await once(far, 'connect').then(
        () => true,
        () => false,
      );
      if (!isTaken) continue;
      near.pipe(far).pipe(near);
      near.once('close', () => far.destroy());
      far.once('close', () => near.destroy());
      return;
    }
    near.destroy();
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => this.#sockets.delete(socket));
  }
}
