import type { Selector } from '@vouchsafe/pki/selector';
import type { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import type { AgentRecord } from '../attestation/agent-record.ts';
import type { EntryIndex } from './entry-index.ts';

export type FaultKind =
  | 'NOT_REGISTERED'
  | 'OTHER_TRUST_DOMAIN'
  | 'ENTRY_EXPIRED'
  | 'STORED_ONLY'
  | 'NODE_ALIAS'
  | 'PARENT_UNKNOWN'
  | 'AGENT_UNKNOWN'
  | 'AGENT_BANNED'
  | 'AGENT_EXPIRED'
  | 'ALIAS_UNMATCHED'
  | 'PARENT_CIRCLE'
  | 'OTHER_AGENT';

export interface MissingSelector {
  readonly selector: Selector;
  readonly nearest: Selector | undefined;
}

/** What stands between an entry and a workload. */
export interface Fault {
  readonly kind: FaultKind;
  readonly subject: SpiffeId;
  /** The entry concerned, which may be one above. */
  readonly entryId?: string;
  /** What may have been meant; for a node alias, the agent that lacks fewest of its selectors. */
  readonly nearest?: readonly SpiffeId[];
  readonly missing?: readonly MissingSelector[];
}

/** What is looked at. */
export interface Registrations {
  readonly entries: EntryIndex;
  findAgent(id: SpiffeId): AgentRecord | undefined;
  agents(): Iterable<AgentRecord>;
}
