// Original file: vouchsafe/server/explain/v1/explain.proto

import type { EntryExplanation as _vouchsafe_server_explain_v1_EntryExplanation, EntryExplanation__Output as _vouchsafe_server_explain_v1_EntryExplanation__Output } from '../../../../vouchsafe/server/explain/v1/EntryExplanation.ts';
import type { Fault as _vouchsafe_server_explain_v1_Fault, Fault__Output as _vouchsafe_server_explain_v1_Fault__Output } from '../../../../vouchsafe/server/explain/v1/Fault.ts';

export interface ExplainIdentityResponse {
  /**
   * Whether an agent can serve it to a process that has the selectors of an entry.
   */
  'given'?: (boolean);
  /**
   * Those that give it first, then those that do not; 100 at most.
   */
  'entries'?: (_vouchsafe_server_explain_v1_EntryExplanation)[];
  /**
   * How many entries have this SPIFFE ID.
   */
  'entry_count'?: (number);
  /**
   * What is wrong whatever the entries say.
   */
  'faults'?: (_vouchsafe_server_explain_v1_Fault)[];
}

export interface ExplainIdentityResponse__Output {
  /**
   * Whether an agent can serve it to a process that has the selectors of an entry.
   */
  'given': (boolean);
  /**
   * Those that give it first, then those that do not; 100 at most.
   */
  'entries': (_vouchsafe_server_explain_v1_EntryExplanation__Output)[];
  /**
   * How many entries have this SPIFFE ID.
   */
  'entry_count': (number);
  /**
   * What is wrong whatever the entries say.
   */
  'faults': (_vouchsafe_server_explain_v1_Fault__Output)[];
}
