import { once } from 'node:events';
import { createServer } from 'node:net';
import { serviceDefinition } from '@vouchsafe/proto/services';
import type { ServiceHandlers, ServiceName } from '@vouchsafe/proto/services';
import type { Implementation } from '../../runtime/rpc/adapter.ts';
import type { Call } from '../../runtime/rpc/call.ts';
import { Peers } from '../../runtime/rpc/peers.ts';
import { RpcServer } from '../../runtime/rpc/rpc-server.ts';

interface Teardown {
  teardown(cleanUp: () => Promise<void>): unknown;
}

export type FakeServices = {
  readonly [N in ServiceName]?: Partial<Implementation<ServiceHandlers<N>, Call>>;
};

/** gRPC on a Unix socket, open to everybody, answering as the test says. Resolves to what stops it early. */
export async function serveUnix(
  t: Teardown,
  path: string,
  services: FakeServices,
): Promise<() => Promise<void>> {
  const rpc = new RpcServer<Call>({ gate: { enter: (call) => call, leave: () => undefined } });
  for (const [name, implementation] of Object.entries(services)) {
    rpc.addService<object>(serviceDefinition(name as ServiceName), implementation);
  }
  const peers = new Peers<null>();
  const server = createServer((socket) => {
    socket.on('error', () => undefined); // a client that is killed by its test
    peers.register(socket, null);
    rpc.accept(socket);
  });
  // Not as the daemons listen: libraries are tested with this on a Node.js that cannot run those.
  await once(server.listen(path), 'listening');
  const stop = async (): Promise<void> => {
    server.close();
    await rpc.close();
  };
  t.teardown(stop);
  return stop;
}
