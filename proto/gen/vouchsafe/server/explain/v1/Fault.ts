// Original file: vouchsafe/server/explain/v1/explain.proto

import type { SPIFFEID as _spire_api_types_SPIFFEID, SPIFFEID__Output as _spire_api_types_SPIFFEID__Output } from '../../../../spire/api/types/SPIFFEID.ts';
import type { MissingSelector as _vouchsafe_server_explain_v1_MissingSelector, MissingSelector__Output as _vouchsafe_server_explain_v1_MissingSelector__Output } from '../../../../vouchsafe/server/explain/v1/MissingSelector.ts';

// Original file: vouchsafe/server/explain/v1/explain.proto

export const _vouchsafe_server_explain_v1_Fault_Kind = {
  UNSPECIFIED: 'UNSPECIFIED',
  /**
   * No entry has the SPIFFE ID.
   */
  NOT_REGISTERED: 'NOT_REGISTERED',
  /**
   * The SPIFFE ID is of a trust domain that this server is not of.
   */
  OTHER_TRUST_DOMAIN: 'OTHER_TRUST_DOMAIN',
  ENTRY_EXPIRED: 'ENTRY_EXPIRED',
  /**
   * The entry is stored by a plugin of the agent, and not served on the Workload API.
   */
  STORED_ONLY: 'STORED_ONLY',
  /**
   * The entry names nodes, and is an identity of no process.
   */
  NODE_ALIAS: 'NODE_ALIAS',
  /**
   * The parent is neither an agent nor the SPIFFE ID of an entry.
   */
  PARENT_UNKNOWN: 'PARENT_UNKNOWN',
  /**
   * The ID is of an agent that is not attested.
   */
  AGENT_UNKNOWN: 'AGENT_UNKNOWN',
  AGENT_BANNED: 'AGENT_BANNED',
  AGENT_EXPIRED: 'AGENT_EXPIRED',
  /**
   * No agent has all selectors of the node alias.
   */
  ALIAS_UNMATCHED: 'ALIAS_UNMATCHED',
  /**
   * Each parent leads to another, and none to an agent.
   */
  PARENT_CIRCLE: 'PARENT_CIRCLE',
  /**
   * Agents can serve the entry, but not the one that was asked for.
   */
  OTHER_AGENT: 'OTHER_AGENT',
} as const;

export type _vouchsafe_server_explain_v1_Fault_Kind =
  | 'UNSPECIFIED'
  | 0
  /**
   * No entry has the SPIFFE ID.
   */
  | 'NOT_REGISTERED'
  | 1
  /**
   * The SPIFFE ID is of a trust domain that this server is not of.
   */
  | 'OTHER_TRUST_DOMAIN'
  | 2
  | 'ENTRY_EXPIRED'
  | 3
  /**
   * The entry is stored by a plugin of the agent, and not served on the Workload API.
   */
  | 'STORED_ONLY'
  | 4
  /**
   * The entry names nodes, and is an identity of no process.
   */
  | 'NODE_ALIAS'
  | 5
  /**
   * The parent is neither an agent nor the SPIFFE ID of an entry.
   */
  | 'PARENT_UNKNOWN'
  | 6
  /**
   * The ID is of an agent that is not attested.
   */
  | 'AGENT_UNKNOWN'
  | 7
  | 'AGENT_BANNED'
  | 8
  | 'AGENT_EXPIRED'
  | 9
  /**
   * No agent has all selectors of the node alias.
   */
  | 'ALIAS_UNMATCHED'
  | 10
  /**
   * Each parent leads to another, and none to an agent.
   */
  | 'PARENT_CIRCLE'
  | 11
  /**
   * Agents can serve the entry, but not the one that was asked for.
   */
  | 'OTHER_AGENT'
  | 12

export type _vouchsafe_server_explain_v1_Fault_Kind__Output = typeof _vouchsafe_server_explain_v1_Fault_Kind[keyof typeof _vouchsafe_server_explain_v1_Fault_Kind]

export interface Fault {
  'kind'?: (_vouchsafe_server_explain_v1_Fault_Kind);
  /**
   * What it is about: the parent, the agent, or the SPIFFE ID.
   */
  'subject'?: (_spire_api_types_SPIFFEID | null);
  /**
   * The entry that it is about, which may be one above.
   */
  'entry_id'?: (string);
  /**
   * SPIFFE IDs that may have been meant, the nearest first; the agent that lacks fewest selectors.
   */
  'nearest'?: (_spire_api_types_SPIFFEID)[];
  /**
   * What the nearest agent lacks.
   */
  'missing'?: (_vouchsafe_server_explain_v1_MissingSelector)[];
}

export interface Fault__Output {
  'kind': (_vouchsafe_server_explain_v1_Fault_Kind__Output);
  /**
   * What it is about: the parent, the agent, or the SPIFFE ID.
   */
  'subject': (_spire_api_types_SPIFFEID__Output | null);
  /**
   * The entry that it is about, which may be one above.
   */
  'entry_id': (string);
  /**
   * SPIFFE IDs that may have been meant, the nearest first; the agent that lacks fewest selectors.
   */
  'nearest': (_spire_api_types_SPIFFEID__Output)[];
  /**
   * What the nearest agent lacks.
   */
  'missing': (_vouchsafe_server_explain_v1_MissingSelector__Output)[];
}
