import type { AgentRecord } from '../attestation/agent-record.ts';
import type { LoggedChange } from '../datastore/datastore.ts';
import { authorizationOf } from '../registration/authorized-entries.ts';
import type { EntryIndex } from '../registration/entry-index.ts';
import type { Kind } from './watcher.ts';

/** What a watcher that comes back is to be told of the time it was away. */
export interface Missed {
  readonly changes: readonly { readonly kind: Kind; readonly id: string }[];
  readonly resync: readonly Kind[];
}

export interface AgentView {
  readonly agent: AgentRecord;
  readonly entries: EntryIndex;
  readonly now: Date;
}

/**
 * What of the log concerns an agent. The log does not say what was there before: an entry that is not the agent's now
 * may have been, and its ID is nobody else's business; one that has others below it may have brought them along. With
 * such an entry, or a change of its own record, the agent reads all its entries anew.
 */
export function missedByAgent(
  log: readonly LoggedChange[],
  { agent, entries, now }: AgentView,
): Missed {
  const find = authorizationOf(entries, agent, now);
  const changes: { readonly kind: Kind; readonly id: string }[] = [];
  const resync = new Set<Kind>();
  for (const { kind, id } of log) {
    if (kind === 'entry') {
      const entry = find(id);
      if (entry === undefined || entries.childrenOf(entry.spiffeId).size > 0) resync.add(kind);
      else changes.push({ kind, id });
    } else if (kind === 'bundle') {
      changes.push({ kind, id });
    } else if (id === agent.id.toString()) {
      changes.push({ kind, id });
      resync.add('entry');
    }
  }
  return { changes: changes.filter(({ kind }) => !resync.has(kind)), resync: [...resync] };
}
