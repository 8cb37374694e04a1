import { serviceDefinition } from '@vouchsafe/proto/services';
import type { Clock } from '../runtime/clock.ts';
import type { RootLog } from '../runtime/log.ts';
import { areWell } from '../runtime/monitoring/checks.ts';
import type { Peers } from '../runtime/rpc/peers.ts';
import type { RpcServer } from '../runtime/rpc/rpc-server.ts';
import { agentService } from './api/agent.ts';
import { bundleService } from './api/bundle.ts';
import type { Caller } from './api/caller.ts';
import { debugService } from './api/debug.ts';
import { entryService } from './api/entry.ts';
import { explainService } from './api/explain.ts';
import { healthService } from './api/health.ts';
import { localAuthorityService } from './api/local-authority.ts';
import { loggerService } from './api/logger.ts';
import type { RateLimits } from './api/rate-limits.ts';
import { registeredEntryService } from './api/registered-entries.ts';
import type { ServerCall } from './api/server-call.ts';
import { svidService } from './api/svid.ts';
import { trustDomainService } from './api/trust-domain.ts';
import { updatesService } from './api/updates.ts';
import { JoinTokenAttestor } from './attestation/join-token.ts';
import type { Authorities } from './ca/authorities.ts';
import type { ServerSvid } from './ca/server-svid.ts';
import type { ServerConfig } from './config.ts';
import type { Datastore } from './datastore/datastore.ts';
import type { BundleRefresher } from './federation/refresh.ts';
import { measureWatchers } from './metrics.ts';
import type { ServerMeter } from './metrics.ts';
import { readiness } from './readiness.ts';
import type { Registry } from './registry.ts';
import type { RoleBook } from './roles/role-book.ts';
import { Broadcast } from './updates/broadcast.ts';
import { Watchers } from './updates/watchers.ts';

/** What the services of a server are made of. */
export interface ServerParts {
  readonly config: ServerConfig;
  readonly log: RootLog;
  readonly clock: Clock;
  readonly datastore: Datastore;
  readonly registry: Registry;
  readonly authorities: Authorities;
  readonly refresher: BundleRefresher;
  readonly svid: ServerSvid;
  readonly peers: Peers<Caller>;
  readonly roles: RoleBook;
  readonly limits: RateLimits;
  readonly meter: ServerMeter;
  /** How long a stream may last from the time its connection was opened. */
  readonly streamMs: number;
}

type AddServices = (rpc: RpcServer<ServerCall>) => void;

/**
 * The services that both doors have. Each is made once: who waits for what agents serve comes by the one door, agents by the
 * other.
 */
export function sharedServices(parts: ServerParts): AddServices {
  const { config, log, clock, datastore, registry, authorities, limits, refresher } = parts;
  const trustDomain = config.trust_domain;
  const common = { log, clock, trustDomain, registry, authority: authorities.authority };
  const tokens = datastore.joinTokens;
  const attestors = [new JoinTokenAttestor({ trustDomain, tokens, clock })];
  const agentTtlSeconds = config.agent_ttl ?? config.default_x509_svid_ttl;
  const defaultTtlSeconds = {
    x509: config.default_x509_svid_ttl,
    jwt: config.default_jwt_svid_ttl,
    ca: config.ca_ttl,
  };
  const agent = agentService({ ...common, datastore, agentTtlSeconds, attestors });
  const bundle = bundleService({ ...common, bundles: datastore.bundles });
  const entryDeps = { ...common, entries: datastore.entries };
  const entry = entryService(entryDeps);
  const registeredEntry = registeredEntryService(entryDeps);
  const svid = svidService({ ...common, limits, defaultTtlSeconds });
  const { relationships } = datastore;
  const trustDomains = trustDomainService({ ...common, relationships, refresher });
  const updates = updatesOf(parts);
  return (rpc) => {
    rpc.addService(serviceDefinition('agent'), agent);
    rpc.addService(serviceDefinition('bundle'), bundle);
    rpc.addService(serviceDefinition('entry'), entry);
    rpc.addService(serviceDefinition('serverEntry'), registeredEntry);
    rpc.addService(serviceDefinition('localAuthority'), localAuthorityService(authorities));
    rpc.addService(serviceDefinition('svid'), svid);
    rpc.addService(serviceDefinition('trustDomain'), trustDomains);
    rpc.addService(serviceDefinition('serverExplain'), explainService(common));
    rpc.addService(serviceDefinition('updates'), updates);
  };
}

/** The services of the admin socket alone. */
export function localServices(parts: ServerParts): AddServices {
  const { config, log, clock, registry, svid } = parts;
  const trustDomain = config.trust_domain;
  const isServing = (): boolean => areWell(readiness(parts));
  return (rpc) => {
    rpc.addService(serviceDefinition('health'), healthService({ isServing }));
    const debug = debugService({ trustDomain, registry, svid, clock });
    rpc.addService(serviceDefinition('serverDebug'), debug);
    rpc.addService(serviceDefinition('serverLogger'), loggerService({ log }));
  };
}

function updatesOf(parts: ServerParts) {
  const { config, datastore, registry, log, clock, peers, roles, streamMs } = parts;
  const { changes } = datastore;
  const watchers = new Watchers();
  measureWatchers(parts.meter, watchers);
  const trustDomain = config.trust_domain;
  const broadcast = new Broadcast({ trustDomain, registry, watchers, changes });
  const leftMs = (peer: string): number => streamMs - peers.ageMs(peer);
  const common = { registry, roles, watchers, broadcast, changes, log, clock };
  return updatesService({ ...common, leftMs });
}
