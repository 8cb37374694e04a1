// Original file: vouchsafe/server/explain/v1/explain.proto

import type { Entry as _spire_api_types_Entry, Entry__Output as _spire_api_types_Entry__Output } from '../../../../spire/api/types/Entry.ts';
import type { SPIFFEID as _spire_api_types_SPIFFEID, SPIFFEID__Output as _spire_api_types_SPIFFEID__Output } from '../../../../spire/api/types/SPIFFEID.ts';
import type { Fault as _vouchsafe_server_explain_v1_Fault, Fault__Output as _vouchsafe_server_explain_v1_Fault__Output } from '../../../../vouchsafe/server/explain/v1/Fault.ts';

export interface EntryExplanation {
  'entry'?: (_spire_api_types_Entry | null);
  'given'?: (boolean);
  /**
   * Agents that can serve it; 10 at most.
   */
  'agents'?: (_spire_api_types_SPIFFEID)[];
  'agent_count'?: (number);
  /**
   * What stands in the way, of the entry itself or on some way up from it; 20 at most.
   */
  'faults'?: (_vouchsafe_server_explain_v1_Fault)[];
}

export interface EntryExplanation__Output {
  'entry': (_spire_api_types_Entry__Output | null);
  'given': (boolean);
  /**
   * Agents that can serve it; 10 at most.
   */
  'agents': (_spire_api_types_SPIFFEID__Output)[];
  'agent_count': (number);
  /**
   * What stands in the way, of the entry itself or on some way up from it; 20 at most.
   */
  'faults': (_vouchsafe_server_explain_v1_Fault__Output)[];
}
