import type { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import type { AgentRecord } from '../attestation/agent-record.ts';
import { isExpired } from './entry.ts';
import type { RegistrationEntry } from './entry.ts';
import type { EntryIndex } from './entry-index.ts';
import { serverId } from './reserved-ids.ts';

/**
 * The entries an agent may have SVIDs issued for: those below its own ID, below the IDs its node is an alias of, and
 * below the identities these give, to any depth. An alias entry itself is not among them.
 */
export function authorizedEntries(
  index: EntryIndex,
  agent: AgentRecord,
  now: Date,
): RegistrationEntry[] {
  const authorized: RegistrationEntry[] = [];
  const seen = new Set<string>();
  const parents = rootsOf(index, agent, now);
  for (let parent = parents.pop(); parent !== undefined; parent = parents.pop()) {
    if (seen.has(parent.toString())) continue; // parents may form a circle
    seen.add(parent.toString());
    for (const entry of index.childrenOf(parent)) {
      if (isExpired(entry, now)) continue;
      authorized.push(entry);
      parents.push(entry.spiffeId);
    }
  }
  return authorized;
}

/** The entry, if it is one of the agent's authorized entries; walks up from it, however many there are. */
export function findAuthorizedEntry(
  index: EntryIndex,
  { agent, entryId }: { readonly agent: AgentRecord; readonly entryId: string },
  now: Date,
): RegistrationEntry | undefined {
  return authorizationOf(index, agent, now)(entryId);
}

/** Finds those of an agent's authorized entries that it is asked for, by their IDs; good until something changes. */
export function authorizationOf(
  index: EntryIndex,
  agent: AgentRecord,
  now: Date,
): (entryId: string) => RegistrationEntry | undefined {
  const roots = new Set(rootsOf(index, agent, now).map(String));
  return (entryId) => {
    const entry = index.find(entryId);
    if (entry === undefined || isExpired(entry, now)) return undefined;
    const seen = new Set<string>();
    const parents = [entry.parentId];
    for (let parent = parents.pop(); parent !== undefined; parent = parents.pop()) {
      if (roots.has(parent.toString())) return entry;
      if (seen.has(parent.toString())) continue;
      seen.add(parent.toString());
      for (const above of index.giving(parent)) {
        if (!isExpired(above, now)) parents.push(above.parentId);
      }
    }
    return undefined;
  };
}

/** The agent's own ID and its node aliases: entries under the server whose selectors its node all has. */
function rootsOf(index: EntryIndex, agent: AgentRecord, now: Date): SpiffeId[] {
  const roots = [agent.id];
  const own = new Set(agent.selectors.map(String));
  if (own.size === 0) return roots;
  for (const alias of index.childrenOf(serverId(agent.id.trustDomain))) {
    const fits = alias.selectors.every((selector) => own.has(selector.toString()));
    if (fits && !isExpired(alias, now)) roots.push(alias.spiffeId);
  }
  return roots;
}
