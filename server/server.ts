import { join } from 'node:path';
import type { Address } from '../runtime/address.ts';
import { formatAddress } from '../runtime/address.ts';
import type { Clock } from '../runtime/clock.ts';
import { holdDataDirectory } from '../runtime/data-directory.ts';
import { DiskKeyManager } from '../runtime/keys/disk.ts';
import type { RootLog } from '../runtime/log.ts';
import { openMonitoring } from '../runtime/monitoring/monitoring.ts';
import { runTasks } from '../runtime/tasks.ts';
import { AgentPruning } from './attestation/agent-pruning.ts';
import { TokenPruning } from './attestation/token-pruning.ts';
import { openAuthorities } from './ca/authorities.ts';
import { checkOwner } from './ca/ownership.ts';
import { ServerSvid } from './ca/server-svid.ts';
import { warnOfShortenedTtls } from './ca/ttl-warning.ts';
import type { ServerConfig } from './config.ts';
import { openDatastore } from './datastore/open.ts';
import { openEndpoints } from './endpoints/endpoints.ts';
import { SERVER_METRICS, measureState } from './metrics.ts';
import type { ServerMeter } from './metrics.ts';
import { readiness } from './readiness.ts';
import { BundleRefresher } from './federation/refresh.ts';
import { EntryPruning } from './registration/entry-pruning.ts';
import { Registry } from './registry.ts';
import { readAssignments } from './roles/assignments.ts';
import { RoleBook } from './roles/role-book.ts';

export interface ServerDeps {
  /** Its level can be changed while the server runs. */
  readonly log: RootLog;
  readonly clock: Clock;
  /** Of the database, when the configuration names no file with it. */
  readonly databasePassword?: string | undefined;
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
  const assignments = await readAssignments(config.roles, deps);
  closing.use(await holdDataDirectory(config.data_dir));
  const { monitoring_address } = config;
  const monitored = { address: monitoring_address, table: SERVER_METRICS, log };
  const monitoring = await openMonitoring(monitored, closing);
  const { meter } = monitoring;
  const state = await openState({ config, meter, closing, ...deps });
  const { datastore, registry } = state;
  const refresher = new BundleRefresher({
    ...deps,
    bundles: datastore.bundles,
    authorities: (of) => registry.findBundle(of)?.x509Certificates,
  });
  closing.defer(() => refresher.close());
  const roles = new RoleBook({
    adminIds: config.admin_ids.map(String),
    assignments,
    serverUid: process.geteuid!(),
  });
  const parts = { ...deps, ...state, config, roles, refresher, meter };
  const address = await openEndpoints(parts, closing);
  log.info('Server started', {
    trust_domain: config.trust_domain,
    address: formatAddress(address),
    socket_path: config.socket_path,
  });
  const stop = new AbortController();
  const ended = runTasks(tasksOf(config, deps, state), stop.signal);
  closing.defer(async () => {
    stop.abort();
    await ended.catch(() => undefined); // whoever waits for `ended` has the failure
  });
  monitoring.started(() => readiness(parts));
  closing.defer(() => monitoring.stopping());
  let closed: Promise<void> | undefined;
  const close = (): Promise<void> =>
    (closed ??= closing.disposeAsync().then(() => log.info('Server stopped')));
  return { address, ended, close };
}

interface StateContext extends ServerDeps {
  readonly config: ServerConfig;
  readonly meter: ServerMeter;
  readonly closing: AsyncDisposableStack;
}

type State = Awaited<ReturnType<typeof openState>>;

/** What a server knows and what it signs with. */
async function openState({ config, meter, closing, ...deps }: StateContext) {
  const { trust_domain: trustDomain, data_dir: directory } = config;
  const keys = await DiskKeyManager.open(join(directory, 'keys.json'));
  const datastore = await openDatastore(config, {
    ...deps,
    databasePassword: deps.databasePassword,
    observe: (operation, seconds) =>
      meter.time('vouchsafe_server_database_duration_seconds', seconds, operation),
  });
  closing.defer(() => datastore.close());
  await checkOwner(datastore.authorities, { trustDomain, directory });
  const registry = await Registry.load(datastore);
  const authorities = await openAuthorities(config, {
    ...deps,
    keys,
    datastore,
    onSigned: (kind) => meter.count('vouchsafe_server_signatures_total', kind),
  });
  measureState(meter, { registry, datastore, authorities, clock: deps.clock });
  const svid = new ServerSvid({
    ...deps,
    trustDomain,
    authority: authorities.authority,
    keyType: config.ca_key_type,
    ttlSeconds: config.default_x509_svid_ttl,
  });
  await svid.rotate();
  return { datastore, registry, authorities, svid };
}

/** What has to be looked after while it runs. */
function tasksOf(config: ServerConfig, deps: ServerDeps, { datastore, authorities, svid }: State) {
  const pruning = new TokenPruning({ ...deps, tokens: datastore.joinTokens });
  const entryPruning = new EntryPruning({ ...deps, entries: datastore.entries });
  const agentPruning = new AgentPruning({
    ...deps,
    agents: datastore.agents,
    expiredForSeconds: config.prune_attested_nodes_expired_for,
    withTofu: config.prune_tofu_nodes,
  });
  return [authorities.rotator, svid, pruning, entryPruning, agentPruning].map(
    (task) => (signal: AbortSignal) => task.run(signal),
  );
}
