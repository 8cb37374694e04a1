// Original file: vouchsafe/server/entry/v1/entry.proto

import type { Entry as _spire_api_types_Entry, Entry__Output as _spire_api_types_Entry__Output } from '../../../../spire/api/types/Entry.ts';
import type { Attributes as _vouchsafe_server_entry_v1_Attributes, Attributes__Output as _vouchsafe_server_entry_v1_Attributes__Output } from '../../../../vouchsafe/server/entry/v1/Attributes.ts';

export interface RegisteredEntry {
  'entry'?: (_spire_api_types_Entry | null);
  /**
   * Absent when it has none.
   */
  'attributes'?: (_vouchsafe_server_entry_v1_Attributes | null);
}

export interface RegisteredEntry__Output {
  'entry': (_spire_api_types_Entry__Output | null);
  /**
   * Absent when it has none.
   */
  'attributes': (_vouchsafe_server_entry_v1_Attributes__Output | null);
}
