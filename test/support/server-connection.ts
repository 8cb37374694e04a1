import { tlsIdentity } from '../../agent/node/agent-svid.ts';
import { ServerTrust } from '../../agent/node/server-trust.ts';
import { ServerConnection } from '../../agent/sync/server-connection.ts';
import { agentSvid } from './agent-svids.ts';
import type { FakeServer } from './fake-server.ts';

interface Teardown {
  teardown(cleanUp: () => void): unknown;
}

/** A connection to the fake server as an agent that it knows. */
export async function agentConnection(t: Teardown, server: FakeServer, clock: { now(): Date }) {
  const svid = await agentSvid(server.ca);
  const serial = svid.chain[0]!.serialNumber.toString();
  server.agents.set(svid.spiffeId.toString(), { serials: new Set([serial]), banned: false });
  const trust = new ServerTrust({
    trustDomain: server.ca.trustDomain,
    authorities: () => server.ca.certificates,
    clock: { now: () => clock.now(), delay: () => Promise.resolve() },
  });
  const connection = new ServerConnection({
    address: server.address,
    identity: { present: () => tlsIdentity(svid), verify: (chain) => trust.verify(chain) },
  });
  t.teardown(() => connection.close());
  return connection;
}
