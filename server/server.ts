import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { serviceDefinition } from '@vouchsafe/proto/services';
import type { Address } from '../runtime/address.ts';
import { formatAddress } from '../runtime/address.ts';
import type { Clock } from '../runtime/clock.ts';
import { holdDataDirectory } from '../runtime/data-directory.ts';
import { DiskKeyManager } from '../runtime/keys/disk.ts';
import type { RootLog } from '../runtime/log.ts';
import { Peers } from '../runtime/rpc/peers.ts';
import { RpcServer } from '../runtime/rpc/rpc-server.ts';
import { runTasks } from '../runtime/tasks.ts';
import { agentService } from './api/agent.ts';
import { bundleService } from './api/bundle.ts';
import type { Caller } from './api/caller.ts';
import { debugService } from './api/debug.ts';
import { entryService } from './api/entry.ts';
import { explainService } from './api/explain.ts';
import { ServerGate } from './api/gate.ts';
import { healthService } from './api/health.ts';
import { localAuthorityService } from './api/local-authority.ts';
import type { LocalAuthorityDeps } from './api/local-authority.ts';
import { RateLimits } from './api/rate-limits.ts';
import { loggerService } from './api/logger.ts';
import type { ServerCall } from './api/server-call.ts';
import { svidService } from './api/svid.ts';
import { AgentPruning } from './attestation/agent-pruning.ts';
import { updatesService } from './api/updates.ts';
import { JoinTokenAttestor } from './attestation/join-token.ts';
import { TokenPruning } from './attestation/token-pruning.ts';
import { AuthorityManager } from './ca/authority-manager.ts';
import { CertificateAuthority } from './ca/certificate-authority.ts';
import { jwtAuthorities } from './ca/jwt-authority.ts';
import { checkOwner } from './ca/ownership.ts';
import { Rotator } from './ca/rotator.ts';
import { ServerSvid } from './ca/server-svid.ts';
import { SigningLimit, signaturesAtOnce } from './ca/signing-limit.ts';
import { warnOfShortenedTtls } from './ca/ttl-warning.ts';
import { x509Authorities } from './ca/x509-authority.ts';
import type { ServerConfig } from './config.ts';
import type { Datastore } from './datastore/datastore.ts';
import { openSqlite } from './datastore/sqlite/sqlite.ts';
import { AdminSocket } from './endpoints/admin-socket.ts';
import { TlsPort } from './endpoints/tls-port.ts';
import { EntryPruning } from './registration/entry-pruning.ts';
import { Registry } from './registry.ts';
import { Broadcast } from './updates/broadcast.ts';
import { Watchers } from './updates/watchers.ts';

/**
 * Agents come back this often, and so spread over servers and notice a new address. The calls of this port are short: one
 * that is open a minute later waits for somebody who says nothing. Streams of updates end themselves before that.
 */
const CONNECTION_AGE = { maxMs: 3 * 60 * 1000, graceMs: 60 * 1000 };
/** A batch of 500 from each of many agents; whoever comes after that is told to come back. */
const MAX_WAITING_SIGNATURES = 50_000;

export interface ServerDeps {
  /** Its level can be changed while the server runs. */
  readonly log: RootLog;
  readonly clock: Clock;
}

export interface RunningServer {
  /** Where agents connect, the port filled in. */
  readonly address: Address;
  /** Rejects when the server can no longer do its work. */
  readonly ended: Promise<void>;
  /** Ends streams, lets calls finish for a while, and releases everything; may be called twice. */
  close(): Promise<void>;
}

/** Starts a server; it answers when this resolves. What it had opened is closed again when it cannot start. */
export async function startServer(config: ServerConfig, deps: ServerDeps): Promise<RunningServer> {
  const closing = new AsyncDisposableStack();
  try {
    return await start(config, deps, closing);
  } catch (error) {
    await closing.disposeAsync();
    throw error;
  }
}

async function start(
  config: ServerConfig,
  deps: ServerDeps,
  closing: AsyncDisposableStack,
): Promise<RunningServer> {
  const { log } = deps;
  warnOfShortenedTtls(config, log);
  closing.use(await holdDataDirectory(config.data_dir));
  const keys = await DiskKeyManager.open(join(config.data_dir, 'keys.json'));
  const datastore = await openSqlite(join(config.data_dir, 'datastore.sqlite'));
  closing.defer(() => datastore.close());
  const { trust_domain: trustDomain, data_dir: directory } = config;
  await checkOwner(datastore.authorities, { trustDomain, directory });
  const registry = await Registry.load(datastore);

  const authorities = await openAuthorities(config, { ...deps, keys, datastore });
  const { authority, rotator } = authorities;
  const svid = new ServerSvid({
    ...deps,
    trustDomain,
    authority,
    keyType: config.ca_key_type,
    ttlSeconds: config.default_x509_svid_ttl,
  });
  await svid.rotate();

  const parts = { config, deps, datastore, registry, authorities, svid };
  const address = await openEndpoints(parts, closing);
  log.info('Server started', {
    trust_domain: trustDomain,
    address: formatAddress(address),
    socket_path: config.socket_path,
  });
  const pruning = new TokenPruning({ ...deps, tokens: datastore.joinTokens });
  const entryPruning = new EntryPruning({ ...deps, entries: datastore.entries });
  const agentPruning = new AgentPruning({
    ...deps,
    agents: datastore.agents,
    expiredForSeconds: config.prune_attested_nodes_expired_for,
    withTofu: config.prune_tofu_nodes,
  });
  const stop = new AbortController();
  const tasks = [rotator, svid, pruning, entryPruning, agentPruning].map(
    (task) => (signal: AbortSignal) => task.run(signal),
  );
  const ended = runTasks(tasks, stop.signal);
  closing.defer(async () => {
    stop.abort();
    await ended.catch(() => undefined); // whoever waits for `ended` has the failure
  });
  let closed: Promise<void> | undefined;
  const close = (): Promise<void> =>
    (closed ??= closing.disposeAsync().then(() => log.info('Server stopped')));
  return { address, ended, close };
}

interface Authorities extends LocalAuthorityDeps {
  readonly authority: CertificateAuthority;
  readonly rotator: Rotator;
  readonly canSign: () => boolean;
}

async function openAuthorities(
  config: ServerConfig,
  { keys, datastore, clock, log }: ServerDeps & { keys: DiskKeyManager; datastore: Datastore },
): Promise<Authorities> {
  const common = {
    trustDomain: config.trust_domain,
    ttlSeconds: config.ca_ttl,
    keys,
    store: datastore.authorities,
    clock,
    log,
  };
  const keyType = config.ca_key_type;
  const jwtKeyType = config.jwt_key_type ?? keyType;
  const x509 = new AuthorityManager({ ...common, kind: x509Authorities, keyType });
  const jwt = new AuthorityManager({ ...common, kind: jwtAuthorities, keyType: jwtKeyType });
  await x509.load();
  await jwt.load();
  const { bundles } = datastore;
  const rotator = new Rotator({ ...common, successions: [x509, jwt], bundles });
  await rotator.rotate();
  const limit = new SigningLimit({
    max: signaturesAtOnce([keyType, jwtKeyType], availableParallelism()),
    maxWaiting: MAX_WAITING_SIGNATURES,
  });
  const authority = new CertificateAuthority({
    x509,
    jwt,
    limit,
    jwtIssuer: config.jwt_issuer,
    clock,
  });
  return {
    x509,
    jwt,
    authority,
    rotator,
    canSign: () => x509.active !== undefined && jwt.active !== undefined,
  };
}

interface Parts {
  readonly config: ServerConfig;
  readonly deps: ServerDeps;
  readonly datastore: Datastore;
  readonly registry: Registry;
  readonly authorities: Authorities;
  readonly svid: ServerSvid;
}

async function openEndpoints(parts: Parts, closing: AsyncDisposableStack): Promise<Address> {
  const { config, datastore, registry, svid, authorities } = parts;
  const { log, clock } = parts.deps;
  const trustDomain = config.trust_domain;
  const peers = new Peers<Caller>();
  const limits = new RateLimits({ ...config.rate_limit, clock });
  const adminIds = new Set(config.admin_ids.map(String));
  const { agents } = datastore;
  const gate = new ServerGate({ peers, registry, agents, adminIds, limits, clock, log });

  const adminRpc = new RpcServer<ServerCall>({ gate });
  const updates = makeUpdates({ ...parts, peers, adminIds });
  addServices(adminRpc, { ...parts, limits });
  adminRpc.addService(serviceDefinition('updates'), updates);
  adminRpc.addService(
    serviceDefinition('health'),
    healthService({
      isServing: () => authorities.canSign() && registry.findBundle(trustDomain) !== undefined,
    }),
  );
  adminRpc.addService(
    serviceDefinition('serverDebug'),
    debugService({ trustDomain, registry, svid, clock }),
  );
  adminRpc.addService(serviceDefinition('serverLogger'), loggerService({ log }));
  const adminSocket = new AdminSocket({ peers, rpc: adminRpc, log });
  closing.defer(() => adminRpc.close());
  closing.defer(() => adminSocket.close());
  await adminSocket.listen(config.socket_path);

  const rpc = new RpcServer<ServerCall>({ gate, connectionAge: CONNECTION_AGE });
  addServices(rpc, { ...parts, limits });
  rpc.addService(serviceDefinition('updates'), updates);
  const port = new TlsPort({ trustDomain, svid, registry, adminIds, peers, rpc, clock, log });
  closing.defer(() => rpc.close());
  closing.defer(() => port.close());
  return port.listen(config.bind_address);
}

/** One for both doors: who waits for what agents serve comes by the one, agents by the other. */
function makeUpdates(
  parts: Parts & { readonly peers: Peers<Caller>; readonly adminIds: ReadonlySet<string> },
) {
  const { config, datastore, registry, deps, peers, adminIds } = parts;
  const { changes } = datastore;
  const watchers = new Watchers();
  const trustDomain = config.trust_domain;
  const broadcast = new Broadcast({ trustDomain, registry, watchers, changes });
  const streamMs = CONNECTION_AGE.maxMs + CONNECTION_AGE.graceMs / 2;
  const leftMs = (peer: string): number => streamMs - peers.ageMs(peer);
  return updatesService({ ...deps, registry, adminIds, watchers, broadcast, changes, leftMs });
}

function addServices(
  rpc: RpcServer<ServerCall>,
  parts: Parts & { readonly limits: RateLimits },
): void {
  const { config, datastore, registry, authorities, limits, deps } = parts;
  const common = {
    ...deps,
    trustDomain: config.trust_domain,
    registry,
    authority: authorities.authority,
  };
  const tokens = datastore.joinTokens;
  const joinToken = new JoinTokenAttestor({ trustDomain: common.trustDomain, tokens, ...deps });
  const agentTtlSeconds = config.agent_ttl ?? config.default_x509_svid_ttl;
  const defaultTtlSeconds = {
    x509: config.default_x509_svid_ttl,
    jwt: config.default_jwt_svid_ttl,
  };
  rpc.addService(
    serviceDefinition('agent'),
    agentService({ ...common, datastore, agentTtlSeconds, attestors: [joinToken] }),
  );
  rpc.addService(
    serviceDefinition('bundle'),
    bundleService({ ...common, bundles: datastore.bundles }),
  );
  rpc.addService(
    serviceDefinition('entry'),
    entryService({ ...common, entries: datastore.entries }),
  );
  rpc.addService(serviceDefinition('localAuthority'), localAuthorityService(authorities));
  rpc.addService(serviceDefinition('svid'), svidService({ ...common, limits, defaultTtlSeconds }));
  rpc.addService(serviceDefinition('serverExplain'), explainService(common));
}
