import type { Address } from '../../runtime/address.ts';
import { AdminSocket } from '../../runtime/admin-socket.ts';
import { Peers } from '../../runtime/rpc/peers.ts';
import type { CallObserver } from '../../runtime/rpc/call.ts';
import { RpcServer } from '../../runtime/rpc/rpc-server.ts';
import type { Caller } from '../api/caller.ts';
import { ServerGate } from '../api/gate.ts';
import { RateLimits } from '../api/rate-limits.ts';
import type { ServerCall } from '../api/server-call.ts';
import { localServices, sharedServices } from '../services.ts';
import type { ServerParts } from '../services.ts';
import { TlsPort } from './tls-port.ts';

/**
 * Agents come back this often, and so spread over servers and notice a new address. The calls of this port are short: one
 * that is open a minute later waits for somebody who says nothing. Streams of updates end themselves before that.
 */
const CONNECTION_AGE = { maxMs: 3 * 60 * 1000, graceMs: 60 * 1000 };

type EndpointParts = Omit<ServerParts, 'peers' | 'limits' | 'streamMs'>;

/** Opens the admin socket and then the port for agents; resolves with the address of the port. */
export async function openEndpoints(
  given: EndpointParts,
  closing: AsyncDisposableStack,
): Promise<Address> {
  const { config, datastore, registry, roles, svid, log, clock } = given;
  const { agents } = datastore;
  const trustDomain = config.trust_domain;
  const peers = new Peers<Caller>();
  const limits = new RateLimits({ ...config.rate_limit, clock });
  const streamMs = CONNECTION_AGE.maxMs + CONNECTION_AGE.graceMs / 2;
  const parts = { ...given, peers, limits, streamMs };
  const maxStaleMs = config.max_database_outage * 1000;
  const common = { peers, registry, roles, clock, log };
  const gate = new ServerGate({ ...common, agents, limits, maxStaleMs });
  const addShared = sharedServices(parts);

  const { meter } = given;
  meter.gauge('vouchsafe_server_connections', () => peers.size);
  const observe: CallObserver = (method, code, elapsedMs) => {
    const seconds = elapsedMs / 1000;
    meter.time('vouchsafe_server_rpc_duration_seconds', seconds, method, code);
  };
  const adminRpc = new RpcServer<ServerCall>({ gate, observe });
  addShared(adminRpc);
  localServices(parts)(adminRpc);
  const adminSocket = new AdminSocket({
    log,
    admit: (socket, { uid, gids, pid }) => {
      peers.register(socket, { kind: 'local', uid, gids, pid });
      adminRpc.accept(socket);
    },
  });
  closing.defer(() => adminRpc.close());
  closing.defer(() => adminSocket.close());
  await adminSocket.listen(config.socket_path);

  const rpc = new RpcServer<ServerCall>({ gate, observe, connectionAge: CONNECTION_AGE });
  addShared(rpc);
  const port = new TlsPort({
    ...common,
    trustDomain,
    svid,
    rpc,
    proxies: config.proxy_protocol_trusted_cidrs,
  });
  closing.defer(() => rpc.close());
  closing.defer(() => port.close());
  return port.listen(config.bind_address);
}
