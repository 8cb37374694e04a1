// Original file: vouchsafe/agent/explain/v1/explain.proto

import type { SPIFFEID as _spire_api_types_SPIFFEID, SPIFFEID__Output as _spire_api_types_SPIFFEID__Output } from '../../../../spire/api/types/SPIFFEID.ts';
import type { MissingSelector as _vouchsafe_agent_explain_v1_MissingSelector, MissingSelector__Output as _vouchsafe_agent_explain_v1_MissingSelector__Output } from '../../../../vouchsafe/agent/explain/v1/MissingSelector.ts';
import type { Attributes as _vouchsafe_server_entry_v1_Attributes, Attributes__Output as _vouchsafe_server_entry_v1_Attributes__Output } from '../../../../vouchsafe/server/entry/v1/Attributes.ts';

export interface EntryExplanation {
  'entry_id'?: (string);
  'spiffe_id'?: (_spire_api_types_SPIFFEID | null);
  'given'?: (boolean);
  /**
   * Selectors of the entry that the process does not have.
   */
  'missing'?: (_vouchsafe_agent_explain_v1_MissingSelector)[];
  /**
   * The entry is stored by a plugin, and not served on the Workload API.
   */
  'stored_only'?: (boolean);
  /**
   * The older entry with the same hint that the process is given in its place.
   */
  'hidden_by'?: (string);
  /**
   * What operators say of the entry.
   */
  'attributes'?: (_vouchsafe_server_entry_v1_Attributes | null);
}

export interface EntryExplanation__Output {
  'entry_id': (string);
  'spiffe_id': (_spire_api_types_SPIFFEID__Output | null);
  'given': (boolean);
  /**
   * Selectors of the entry that the process does not have.
   */
  'missing': (_vouchsafe_agent_explain_v1_MissingSelector__Output)[];
  /**
   * The entry is stored by a plugin, and not served on the Workload API.
   */
  'stored_only': (boolean);
  /**
   * The older entry with the same hint that the process is given in its place.
   */
  'hidden_by': (string);
  /**
   * What operators say of the entry.
   */
  'attributes': (_vouchsafe_server_entry_v1_Attributes__Output | null);
}
