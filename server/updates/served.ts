import type { Clock } from '../../runtime/clock.ts';
import { isBanned } from '../attestation/agent-record.ts';
import type { Registry } from '../registry.ts';
import type { Broadcast } from './broadcast.ts';
import type { Watchers } from './watchers.ts';

export interface ServedDeps {
  readonly registry: Registry;
  readonly watchers: Watchers;
  readonly broadcast: Broadcast;
  readonly clock: Clock;
}

export interface ServedQuestion {
  /** All agents when it is empty. */
  readonly entryIds: readonly string[];
  /** 0 for the newest. */
  readonly revision: number;
  readonly waitMs: number;
}

/** SPIFFE IDs of agents. */
export interface Served {
  readonly served: readonly string[];
  readonly waiting: readonly string[];
  readonly notConnected: readonly string[];
}

/** Who serves what was changed, once everybody does who can be waited for, or the time is over. */
export async function awaitServed(
  deps: ServedDeps,
  question: ServedQuestion,
  signal: AbortSignal,
): Promise<Served> {
  const { watchers, clock } = deps;
  const targets = targetsOf(deps, question);
  const deadline = clock.now().getTime() + question.waitMs;
  let stir = (): void => undefined;
  const unsubscribe = watchers.onAcknowledge(() => stir());
  try {
    for (;;) {
      const state = stateOf(targets, watchers);
      const leftMs = deadline - clock.now().getTime();
      if (state.waiting.length === 0 || leftMs <= 0 || signal.aborted) return state;
      const stirred = new AbortController();
      stir = () => stirred.abort();
      await clock.delay(leftMs, AbortSignal.any([signal, stirred.signal]));
    }
  } finally {
    unsubscribe();
  }
}

/** The revision that each agent concerned must have acknowledged: no newer than what concerned it last. */
function targetsOf(
  { registry, watchers, broadcast }: ServedDeps,
  { entryIds, revision }: ServedQuestion,
): ReadonlyMap<string, number> {
  const upTo = revision === 0 ? broadcast.revision : revision;
  const concerned = entryIds.length === 0 ? undefined : agentsOf(registry, broadcast, entryIds);
  const targets = new Map<string, number>();
  for (const agent of registry.agents()) {
    const id = agent.id.toString();
    if (isBanned(agent) || concerned?.has(id) === false) continue;
    const last = Math.max(
      ...[...watchers.of(id)].map(({ concernedRevision }) => concernedRevision),
    );
    targets.set(id, Number.isFinite(last) ? Math.min(last, upTo) : upTo);
  }
  return targets;
}

function agentsOf(
  registry: Registry,
  broadcast: Broadcast,
  entryIds: readonly string[],
): ReadonlySet<string> {
  const agents = new Set<string>();
  for (const id of entryIds) {
    const entry = registry.entries.find(id);
    if (entry === undefined) continue;
    for (const agentId of broadcast.agentsAbove(entry.parentId)) agents.add(agentId);
  }
  return agents;
}

function stateOf(targets: ReadonlyMap<string, number>, watchers: Watchers): Served {
  const served: string[] = [];
  const waiting: string[] = [];
  const notConnected: string[] = [];
  for (const [id, target] of targets) {
    const own = [...watchers.of(id)];
    if (own.length === 0) notConnected.push(id);
    else if (own.some(({ acknowledgedRevision }) => acknowledgedRevision >= target))
      served.push(id);
    else waiting.push(id);
  }
  return { served, waiting, notConnected };
}
