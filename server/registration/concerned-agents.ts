import type { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import type { AgentRecord } from '../attestation/agent-record.ts';
import type { RegistrationEntry } from './entry.ts';
import type { EntryIndex } from './entry-index.ts';
import { serverId } from './reserved-ids.ts';

/** What there is, to find out whom it concerns. */
export interface Fleet {
  readonly entries: EntryIndex;
  findAgent(id: SpiffeId): AgentRecord | undefined;
  agents(): Iterable<AgentRecord>;
}

/** Whom something below an ID concerns. */
export interface Concern {
  /** SPIFFE IDs of agents. */
  readonly agents: ReadonlySet<string>;
  /** The IDs that led to them: it may be otherwise once an entry gives one of these, or ceases to. */
  readonly through: ReadonlySet<string>;
}

/**
 * The agents that have what is below this ID: the one of that ID, those whose node has it as an alias, and those that
 * have the entries which give it, to any height. Entries that have expired count too: what was below them is still
 * served until somebody is told, and who is told too much finds nothing new.
 */
export function agentsAbove(fleet: Fleet, id: SpiffeId): Concern {
  const agents = new Set<string>();
  const through = new Set<string>();
  const ids = [id];
  for (let above = ids.pop(); above !== undefined; above = ids.pop()) {
    const text = above.toString();
    if (through.has(text)) continue; // parents may form a circle
    through.add(text);
    if (fleet.findAgent(above) !== undefined) agents.add(text);
    for (const entry of fleet.entries.giving(above)) {
      if (isAlias(entry)) for (const agent of nodesOf(fleet, entry)) agents.add(agent);
      else ids.push(entry.parentId);
    }
  }
  return { agents, through };
}

/** Whether it names nodes: agents that have all of its selectors have its SPIFFE ID for an alias. */
export function isAlias({ parentId }: RegistrationEntry): boolean {
  return parentId.equals(serverId(parentId.trustDomain));
}

/** The agents whose nodes have this alias. */
export function nodesOf(fleet: Pick<Fleet, 'agents'>, alias: RegistrationEntry): string[] {
  const wanted = alias.selectors.map(String);
  const nodes: string[] = [];
  for (const { id, selectors } of fleet.agents()) {
    if (selectors.length < new Set(wanted).size) continue;
    const own = new Set(selectors.map(String));
    if (wanted.every((selector) => own.has(selector))) nodes.push(id.toString());
  }
  return nodes;
}

/** The IDs of the entries below this SPIFFE ID, to any depth; undefined when there are more than `limit`. */
export function entriesBelow(
  index: EntryIndex,
  id: SpiffeId,
  limit: number,
): ReadonlySet<string> | undefined {
  const below = new Set<string>();
  const seen = new Set<string>();
  const parents = [id];
  for (let parent = parents.pop(); parent !== undefined; parent = parents.pop()) {
    if (seen.has(parent.toString())) continue;
    seen.add(parent.toString());
    for (const entry of index.childrenOf(parent)) {
      below.add(entry.id);
      if (below.size > limit) return undefined;
      parents.push(entry.spiffeId);
    }
  }
  return below;
}
