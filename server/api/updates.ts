import { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import { TrustDomain } from '@vouchsafe/pki/trust-domain';
import type { WatchResponse } from '@vouchsafe/proto/gen/vouchsafe/server/updates/v1/WatchResponse';
import type { ServiceHandlers } from '@vouchsafe/proto/services';
import type { Clock } from '../../runtime/clock.ts';
import type { Log } from '../../runtime/log.ts';
import type { Implementation } from '../../runtime/rpc/adapter.ts';
import { failedPrecondition, invalidArgument } from '../../runtime/rpc/status.ts';
import type { AgentRecord } from '../attestation/agent-record.ts';
import type { ChangeLog } from '../datastore/datastore.ts';
import { authorizationOf } from '../registration/authorized-entries.ts';
import type { Registry } from '../registry.ts';
import type { Broadcast } from '../updates/broadcast.ts';
import { missedByAgent } from '../updates/missed.ts';
import { awaitServed } from '../updates/served.ts';
import { KINDS, MAX_PENDING } from '../updates/watcher.ts';
import type { Kind, News, Watcher } from '../updates/watcher.ts';
import type { Reader, Watchers } from '../updates/watchers.ts';
import { authorize } from './authorize.ts';
import { authorizedAmong, checkEntryIds } from './authorized-among.ts';
import type { RoleBook } from '../roles/role-book.ts';
import type { Right } from './access.ts';
import { callerFields } from './caller.ts';
import { refusal } from './gate.ts';
import { encodeEntry } from './messages/entry.ts';
import { attributesById } from './registered-entries.ts';
import { agentOf } from './server-call.ts';
import type { ServerCall } from './server-call.ts';

const HEARTBEAT_MS = 15_000;
/** A datastore that does not answer so soon is not waited for: the watcher reads everything anew, from memory. */
const LOG_MS = 500;
/** Who is told of everything. */
const READERS: readonly Right[] = ['local', 'admin', 'auditor'];
const MAX_WAIT_MS = 600_000;

export interface UpdatesServiceDeps {
  readonly registry: Registry;
  readonly roles: RoleBook;
  readonly watchers: Watchers;
  readonly broadcast: Broadcast;
  readonly changes: Pick<ChangeLog, 'since'>;
  /** How much longer a stream may last on this connection. */
  readonly leftMs: (peer: string) => number;
  /** The longest silence on a stream; 15 seconds unless said. */
  readonly heartbeatMs?: number;
  readonly clock: Clock;
  readonly log: Log;
}

type UpdatesService = Implementation<ServiceHandlers<'updates'>, ServerCall>;

export function updatesService(deps: UpdatesServiceDeps): UpdatesService {
  const { watchers } = deps;
  return {
    Watch: ({ from_revision }, call) => watch(deps, parseRevision(from_revision), call),

    FetchEntries: ({ ids, output_mask }, call) => {
      const entries = authorizedAmong(ids, deps, call);
      return {
        entries: entries.map((entry) => encodeEntry(entry, output_mask)),
        attributes: attributesById(entries),
      };
    },

    Acknowledge: ({ revision }, call) => {
      const isTold = watchers.acknowledge(agentOf(call).id.toString(), parseRevision(revision));
      if (!isTold) throw failedPrecondition('no stream of this agent was told of this revision');
      return {};
    },

    AwaitServed: async ({ entry_ids, revision, wait_ms }, { signal }) => {
      checkEntryIds(entry_ids);
      const waitMs = Math.min(Math.max(wait_ms, 0), MAX_WAIT_MS);
      const question = { entryIds: entry_ids, revision: parseRevision(revision), waitMs };
      const { served, waiting, notConnected } = await awaitServed(deps, question, signal);
      return { served: [...served], waiting: [...waiting], not_connected: [...notConnected] };
    },
  };
}

async function* watch(
  deps: UpdatesServiceDeps,
  from: number,
  call: ServerCall,
): AsyncGenerator<WatchResponse> {
  const { watchers, broadcast, clock, leftMs, heartbeatMs = HEARTBEAT_MS } = deps;
  const reader = readerOf(deps, call);
  const watcher = watchers.open(reader, broadcast.revision);
  const isLocal = call.caller.kind === 'local';
  const { signal } = call;
  try {
    await catchUp(deps, watcher, { from, agent: admit(deps, reader, call) });
    for (;;) {
      // Whoever was banned, evicted or renewed since the last turn has lost the right to this stream.
      const agent = admit(deps, reader, call);
      if (signal.aborted) return;
      yield encodeNews(watcher.take(broadcast.revision), deps, agent);
      const left = isLocal ? Infinity : leftMs(call.peer);
      if (left <= 0) return;
      await watcher.stirred(Math.min(heartbeatMs, left), { clock, signal });
      if (!isLocal && leftMs(call.peer) <= 0) return;
    }
  } finally {
    watchers.close(reader, watcher);
  }
}

/** An agent that is an administrator too is served as an agent: that is what it acts on. */
function readerOf(deps: UpdatesServiceDeps, { caller }: ServerCall): Reader {
  if (caller.kind !== 'x509') return { key: caller.kind, agentId: undefined };
  const decision = authorize(caller, ['agent'], { ...deps, now: deps.clock.now() });
  const id = caller.id.toString();
  return decision.allowed ? { key: `agent ${id}`, agentId: id } : { key: id, agentId: undefined };
}

/** The agent that reads, as it is now; undefined for an administrator. @throws RpcError PERMISSION_DENIED */
function admit(
  deps: UpdatesServiceDeps,
  { agentId }: Reader,
  { caller, method }: ServerCall,
): AgentRecord | undefined {
  const facts = { ...deps, now: deps.clock.now() };
  const decision = authorize(caller, agentId === undefined ? READERS : ['agent'], facts);
  if (decision.allowed) return decision.as === 'agent' ? decision.agent : undefined;
  const { why, reason } = decision;
  deps.log.warn('Call refused', { method, ...callerFields(caller), why, reason });
  throw refusal(method, reason);
}

/** Puts into the watcher what has happened since `from`. */
async function catchUp(
  deps: UpdatesServiceDeps,
  watcher: Watcher,
  { from, agent }: { readonly from: number; readonly agent: AgentRecord | undefined },
): Promise<void> {
  const { registry, broadcast, clock } = deps;
  // Another server may have told of it already: what is older must not take its place.
  if (from > broadcast.revision) await registry.refresh();
  const { revision } = broadcast;
  if (from === revision && from !== 0) return;
  // A revision that is yet to come is now that of a database which was put back to an older state.
  const log = from === 0 || from > revision ? undefined : await logSince(deps, from);
  if (log === undefined) {
    watcher.resync(KINDS, revision);
    return;
  }
  const { entries } = registry;
  const missed =
    agent === undefined
      ? { changes: log, resync: [] }
      : missedByAgent(log, { agent, entries, now: clock.now() });
  for (const { kind, id } of missed.changes) watcher.add(kind, [id], revision);
  if (missed.resync.length > 0) watcher.resync(missed.resync, revision);
}

/** Undefined when that is too much, or cannot be said now. */
async function logSince({ changes, clock }: UpdatesServiceDeps, from: number) {
  const answered = new AbortController();
  const tooLate = clock.delay(LOG_MS, answered.signal).then(() => undefined);
  const read = changes.since(from, MAX_PENDING + 1).catch(() => undefined);
  const log = await Promise.race([read, tooLate]);
  answered.abort();
  return log !== undefined && log.length <= MAX_PENDING ? log : undefined;
}

const KIND_NAMES = { entry: 'ENTRY', agent: 'AGENT', bundle: 'BUNDLE' } as const;

function encodeNews(
  { revision, changes, resync }: News,
  { registry, clock }: UpdatesServiceDeps,
  agent: AgentRecord | undefined,
): WatchResponse {
  const { entries } = registry;
  const findEntry =
    agent === undefined || changes.length === 0
      ? (id: string) => entries.find(id)
      : authorizationOf(entries, agent, clock.now());
  const find: Readonly<Record<Kind, (id: string) => unknown>> = {
    entry: findEntry,
    agent: (id) => registry.findAgent(SpiffeId.parse(id)),
    bundle: (id) => registry.findBundle(TrustDomain.of(id)),
  };
  return {
    revision: String(revision),
    changes: changes.map(({ kind, id }) => ({
      kind: KIND_NAMES[kind],
      id,
      gone: find[kind](id) === undefined,
    })),
    resync: resync.map((kind) => KIND_NAMES[kind]),
  };
}

function parseRevision(text: string): number {
  const revision = Number(text);
  if (Number.isSafeInteger(revision) && revision >= 0) return revision;
  throw invalidArgument('malformed revision');
}
