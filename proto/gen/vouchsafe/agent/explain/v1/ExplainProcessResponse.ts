// Original file: vouchsafe/agent/explain/v1/explain.proto

import type { SPIFFEID as _spire_api_types_SPIFFEID, SPIFFEID__Output as _spire_api_types_SPIFFEID__Output } from '../../../../spire/api/types/SPIFFEID.ts';
import type { Selector as _spire_api_types_Selector, Selector__Output as _spire_api_types_Selector__Output } from '../../../../spire/api/types/Selector.ts';
import type { EntryExplanation as _vouchsafe_agent_explain_v1_EntryExplanation, EntryExplanation__Output as _vouchsafe_agent_explain_v1_EntryExplanation__Output } from '../../../../vouchsafe/agent/explain/v1/EntryExplanation.ts';

export interface ExplainProcessResponse {
  /**
   * Whether it is given the identity, or any.
   */
  'given'?: (boolean);
  'agent_id'?: (_spire_api_types_SPIFFEID | null);
  /**
   * What was found out about the process.
   */
  'selectors'?: (_spire_api_types_Selector)[];
  /**
   * Those entries that give it an identity first, then those that lack least; 20 at most.
   */
  'entries'?: (_vouchsafe_agent_explain_v1_EntryExplanation)[];
  /**
   * How many entries the agent has, of whatever identity.
   */
  'known_entries'?: (number);
}

export interface ExplainProcessResponse__Output {
  /**
   * Whether it is given the identity, or any.
   */
  'given': (boolean);
  'agent_id': (_spire_api_types_SPIFFEID__Output | null);
  /**
   * What was found out about the process.
   */
  'selectors': (_spire_api_types_Selector__Output)[];
  /**
   * Those entries that give it an identity first, then those that lack least; 20 at most.
   */
  'entries': (_vouchsafe_agent_explain_v1_EntryExplanation__Output)[];
  /**
   * How many entries the agent has, of whatever identity.
   */
  'known_entries': (number);
}
