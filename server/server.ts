import { join } from 'node:path';
import type { Address } from '../runtime/address.ts';
import { formatAddress } from '../runtime/address.ts';
import type { Clock } from '../runtime/clock.ts';
import { holdDataDirectory } from '../runtime/data-directory.ts';
import { DiskKeyManager } from '../runtime/keys/disk.ts';
import type { RootLog } from '../runtime/log.ts';
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
  const keys = await DiskKeyManager.open(join(config.data_dir, 'keys.json'));
  const datastore = await openDatastore(config, {
    ...deps,
    databasePassword: deps.databasePassword,
  });
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
  const parts = { ...deps, config, datastore, registry, roles, authorities, refresher, svid };
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
