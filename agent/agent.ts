// The composition root of the agent: the only file of this room that names implementations.
import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { serviceDefinition } from '@vouchsafe/proto/services';
import type { Clock } from '../runtime/clock.ts';
import { holdDataDirectory } from '../runtime/data-directory.ts';
import type { Log } from '../runtime/log.ts';
import { RpcServer } from '../runtime/rpc/rpc-server.ts';
import { openMonitoring } from '../runtime/monitoring/monitoring.ts';
import type { Monitoring } from '../runtime/monitoring/monitoring.ts';
import { runTasks } from '../runtime/tasks.ts';
import type { Call } from '../runtime/rpc/call.ts';
import { AdminSocket } from '../runtime/admin-socket.ts';
import { AdminGate } from './endpoints/admin-gate.ts';
import { explainService } from './endpoints/explain.ts';
import { pinProcess } from './workload/process.ts';
import { BundleCache } from './cache/bundle-cache.ts';
import { EntryIndex } from './cache/entry-index.ts';
import { JwtSvidCache } from './cache/jwt-svid-cache.ts';
import { SvidCache } from './cache/svid-cache.ts';
import type { AgentConfig } from './config.ts';
import { healthService } from './endpoints/health.ts';
import { maxOpenFiles } from './endpoints/open-files.ts';
import { PeerTracker } from './endpoints/peer-tracker.ts';
import { PublicSocket, connectionLimits } from './endpoints/public-socket.ts';
import { Readiness } from './endpoints/readiness.ts';
import { workloadApi } from './endpoints/workload-api.ts';
import { WorkloadGate } from './endpoints/workload-gate.ts';
import type { WorkloadCall } from './endpoints/workload-gate.ts';
import { AgentSvidRotator } from './node/agent-svid-rotator.ts';
import { expiresAt, tlsIdentity } from './node/agent-svid.ts';
import { AGENT_METRICS, measureState, timed } from './metrics.ts';
import type { AgentMeter } from './metrics.ts';
import { NodeAttestation } from './node/attestation.ts';
import type { AnonymousServer } from './node/attestation.ts';
import { Authorities } from './node/authorities.ts';
import { readJoinToken } from './node/join-token.ts';
import { live } from './node/life.ts';
import { ServerTrust } from './node/server-trust.ts';
import { Standing } from './node/standing.ts';
import { AgentStateFile } from './storage/agent-state.ts';
import { JwtSvidFetcher } from './sync/jwt-svid-fetcher.ts';
import { ServerClient } from './sync/server-client.ts';
import { ServerConnection } from './sync/server-connection.ts';
import { SvidFetcher } from './sync/svid-fetcher.ts';
import { Synchronizer } from './sync/synchronizer.ts';
import { UpdateWatch } from './sync/update-watch.ts';
import { AccountFiles } from '../runtime/account-names.ts';
import { WorkloadAttestation } from './workload/attestation.ts';
import { readProcessStatus } from './workload/attestors/process-status.ts';
import { UnixAttestor } from './workload/attestors/unix.ts';
import { ExecutableHashes } from './workload/executable-hashes.ts';
import { readExecutable, userNamespaceOf } from './workload/executable.ts';

export interface AgentDeps {
  readonly log: Log;
  readonly clock: Clock;
  /** In [0, 1); spreads renewals and retries. */
  readonly random?: () => number;
}

export interface RunningAgent {
  /** Rejects with an AgentError when the agent cannot go on; resolves once it was closed. */
  readonly ended: Promise<void>;
  /** Ends open streams with UNAVAILABLE and stops within ten seconds; may be called twice. */
  close(): Promise<void>;
}

/**
 * Starts an agent. Resolves once its Workload API socket listens and the first exchange with the server has succeeded
 * or, for the time being, failed: it then goes on trying.
 * @throws AgentError, RuntimeError
 */
export async function startAgent(config: AgentConfig, deps: AgentDeps): Promise<RunningAgent> {
  const closing = new AsyncDisposableStack();
  closing.use(await holdDataDirectory(config.data_dir));
  try {
    const { monitoring_address: address } = config;
    const monitored = { address, table: AGENT_METRICS, log: deps.log };
    const monitoring = await openMonitoring(monitored, closing);
    const { meter } = monitoring;
    const agent = await start({ random: Math.random, ...deps, config, meter, monitoring });
    closing.defer(() => agent.close());
    closing.defer(() => monitoring.stopping());
    let closed: Promise<void> | undefined;
    return { ended: agent.ended, close: () => (closed ??= closing.disposeAsync()) };
  } catch (error) {
    await closing.disposeAsync();
    throw error;
  }
}

async function start(context: Context): Promise<RunningAgent> {
  const { config } = context;
  const node = await joinNode(context);
  const caches = makeCaches(config);
  const sync = makeSync(context, node, caches);
  const endpoints = makeEndpoints(context, caches, sync);
  const ownExpiry = (): Date | undefined =>
    node.store.state.svid && expiresAt(node.store.state.svid);
  measureState(context.meter, { ...caches, ...sync, ...endpoints, expiresAt: ownExpiry });
  context.monitoring.started(() => ({
    sync: sync.readiness.isReady ? undefined : 'the server has not been heard from yet',
  }));
  const admin = makeAdministration(context, node, { ...caches, ...endpoints });
  await endpoints.socket.listen();
  await admin?.listen();
  context.log.info('Workload API listens', { socket_path: config.socket_path });

  const stopping = new AbortController();
  let attempted = (): void => undefined;
  const firstAttempt = new Promise<void>((resolve) => (attempted = resolve));
  const ended = runTasks(
    [
      (signal) => endpoints.tracker.run(signal),
      (signal) =>
        live(
          { ...context, ...node, ...sync, version: ownVersion() },
          { signal, onAttempt: attempted },
        ),
    ],
    stopping.signal,
  );
  const close = async (): Promise<void> => {
    stopping.abort();
    endpoints.socket.close();
    await admin?.close();
    await endpoints.rpc.close();
    node.connection.close();
    await ended.catch(() => undefined); // the owner of `ended` hears of it
  };
  try {
    await Promise.race([firstAttempt, ended]);
  } catch (error) {
    await close();
    throw error;
  }
  return { ended, close };
}

interface Context extends Required<AgentDeps> {
  readonly meter: AgentMeter;
  readonly monitoring: Monitoring<typeof AGENT_METRICS>;
  readonly config: AgentConfig;
}

type Node = Awaited<ReturnType<typeof joinNode>>;
type Caches = ReturnType<typeof makeCaches>;
type Sync = ReturnType<typeof makeSync>;

/** What makes this a node of the trust domain: its state, its server, and its standing there. */
async function joinNode(context: Context) {
  const { config, clock, log } = context;
  const { trust_domain: trustDomain, server_address: address } = config;
  const store = await AgentStateFile.open({ directory: config.data_dir, trustDomain });
  const authorities = await Authorities.load({ config, store, log });
  const trust = new ServerTrust({ trustDomain, authorities: () => authorities.current, clock });
  const connection = new ServerConnection({
    address,
    identity: {
      present: () => store.state.svid && tlsIdentity(store.state.svid),
      verify: (chain) => trust.verify(chain),
    },
  });
  const attestation = new NodeAttestation({
    ...context,
    trustDomain,
    store,
    connect: () => connectAnonymously(context, authorities),
    joinToken: () => readJoinToken(config),
  });
  const standing = new Standing({
    store,
    attestation,
    onAttested: () => connection.renew(),
    clock,
    log,
  });
  const client = new ServerClient(connection);
  return { store, authorities, trust, connection, client, attestation, standing };
}

/** Before it is attested an agent has nothing to show, and knows the server by what an operator brought. */
function connectAnonymously({ config, clock }: Context, authorities: Authorities): AnonymousServer {
  const { trust_domain: trustDomain, server_address: address } = config;
  const trust = new ServerTrust({ trustDomain, authorities: () => authorities.initial, clock });
  const connection = new ServerConnection({
    address,
    identity: { present: () => undefined, verify: (chain) => trust.verify(chain) },
  });
  const client = new ServerClient(connection);
  return {
    attestAgent: (request) => client.attestAgent(request),
    fetchAuthorities: async () => {
      const { x509Certificates } = await client.fetchBundle(trustDomain);
      trust.confirm(x509Certificates);
      return x509Certificates;
    },
    close: () => connection.close(),
  };
}

function makeCaches(config: AgentConfig) {
  return {
    index: new EntryIndex(),
    svids: new SvidCache(),
    bundles: new BundleCache(),
    jwtSvidCache: new JwtSvidCache(config.jwt_svid_cache_size),
  };
}

/** What keeps the caches as the server has it. */
function makeSync(
  context: Context,
  { client, store, trust, standing, connection, authorities }: Node,
  caches: Caches,
) {
  const { config, clock } = context;
  const { bundles } = caches;
  const readiness = new Readiness(clock);
  let syncedAt: Date | undefined;
  const svidFetcher = new SvidFetcher({
    ...context,
    ...caches,
    server: client,
    keyType: config.workload_key_type,
    keep: config.x509_svid_cache_size,
  });
  const rotator = new AgentSvidRotator({
    ...context,
    store,
    server: client,
    standing,
    isTainted: ({ chain }) => bundles.isX509Tainted(chain.at(-1)!.authorityKeyId),
    onRenewed: () => connection.renew(),
  });
  const synchronizer = new Synchronizer({
    ...context,
    ...caches,
    standing,
    trustDomain: config.trust_domain,
    server: client,
    intervalMs: config.sync_interval * 1000,
    onBundle: async ({ x509Certificates }) => {
      trust.confirm(x509Certificates);
      await authorities.learn(x509Certificates);
    },
    onSynced: () => {
      readiness.reach();
      syncedAt = clock.now();
      svidFetcher.wake();
    },
    onRecovered: () => rotator.wake(),
  });
  const updateWatch = new UpdateWatch({
    ...context,
    server: client,
    synchronizer,
    svidFetcher,
    standing,
  });
  const jwtSvids = new JwtSvidFetcher({
    ...context,
    bundles,
    server: client,
    cache: caches.jwtSvidCache,
  });
  const tasks = { synchronizer, updateWatch, svidFetcher, rotator };
  return { ...tasks, readiness, jwtSvids, syncedAt: () => syncedAt };
}

/** What workloads see. */
function makeEndpoints(context: Context, caches: Caches, { readiness, jwtSvids }: Sync) {
  const { config, clock, log, meter } = context;
  const tracker = new PeerTracker({ clock, readExecutable });
  const accounts = new AccountFiles({ clock });
  const hashes = new ExecutableHashes();
  const unix = new UnixAttestor({
    names: () => accounts.names(),
    readStatus: readProcessStatus,
    readExecutable,
    hash: (pid, executable) => hashes.hash(pid, executable),
    userNamespace: userNamespaceOf('self'),
    discoverPath: config.discover_workload_path,
    sizeLimitBytes: config.workload_size_limit,
  });
  const attestation = timed(new WorkloadAttestation({ attestors: [unix], clock, log }), meter);
  const rpc = new RpcServer<WorkloadCall>({
    gate: new WorkloadGate({ tracker, attestation, log }),
    observe: (method, code, elapsedMs) =>
      meter.time('vouchsafe_agent_rpc_duration_seconds', elapsedMs / 1000, method, code),
  });
  const api = workloadApi({
    ...context,
    ...caches,
    readiness,
    jwtSvids,
    allowUnauthenticatedVerifiers: config.allow_unauthenticated_verifiers,
    allowedForeignJwtClaims: config.allowed_foreign_jwt_claims,
  });
  rpc.addService(serviceDefinition('workloadApi'), api);
  rpc.addService(serviceDefinition('health'), healthService(readiness));
  const limits = connectionLimits(maxOpenFiles());
  const socket = new PublicSocket({ path: config.socket_path, limits, clock, log, tracker, rpc });
  return { tracker, rpc, socket, attestation };
}

type Endpoints = ReturnType<typeof makeEndpoints>;

/** What whoever runs the agent sees. */
function makeAdministration(
  { config, log }: Context,
  { store }: Node,
  { index, attestation }: Pick<Caches, 'index'> & Pick<Endpoints, 'attestation'>,
) {
  const { admin_socket_path: path } = config;
  if (path === undefined) return undefined;
  const rpc = new RpcServer<Call>({ gate: new AdminGate({ log }) });
  const agentId = () => store.state.svid?.spiffeId;
  rpc.addService(
    serviceDefinition('agentExplain'),
    explainService({ index, attestation, pinProcess, agentId }),
  );
  const socket = new AdminSocket({ log, admit: (connection) => rpc.accept(connection) });
  return {
    listen: async () => {
      await socket.listen(path);
      log.info('Administration listens', { socket_path: path });
    },
    close: async () => {
      socket.close();
      await rpc.close();
    },
  };
}

function ownVersion(): string {
  const file = findPackageJSON(import.meta.url);
  const { version = '' } = JSON.parse(readFileSync(file!, 'utf8')) as { version?: string };
  return version;
}
