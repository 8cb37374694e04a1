// Original file: vouchsafe/server/entry/v1/entry.proto

import type { Bundle as _spire_api_types_Bundle, Bundle__Output as _spire_api_types_Bundle__Output } from '../../../../spire/api/types/Bundle.ts';
import type { Deletion as _vouchsafe_server_entry_v1_Deletion, Deletion__Output as _vouchsafe_server_entry_v1_Deletion__Output } from '../../../../vouchsafe/server/entry/v1/Deletion.ts';
import type { Update as _vouchsafe_server_entry_v1_Update, Update__Output as _vouchsafe_server_entry_v1_Update__Output } from '../../../../vouchsafe/server/entry/v1/Update.ts';
import type { RegisteredEntry as _vouchsafe_server_entry_v1_RegisteredEntry, RegisteredEntry__Output as _vouchsafe_server_entry_v1_RegisteredEntry__Output } from '../../../../vouchsafe/server/entry/v1/RegisteredEntry.ts';
import type { EntryMask as _spire_api_types_EntryMask, EntryMask__Output as _spire_api_types_EntryMask__Output } from '../../../../spire/api/types/EntryMask.ts';

export interface ApplyEntriesRequest {
  /**
   * Of other trust domains. Each takes the place of what is stored.
   */
  'bundles'?: (_spire_api_types_Bundle)[];
  'delete'?: (_vouchsafe_server_entry_v1_Deletion)[];
  'update'?: (_vouchsafe_server_entry_v1_Update)[];
  /**
   * As BatchCreateEntry takes them.
   */
  'create'?: (_vouchsafe_server_entry_v1_RegisteredEntry)[];
  /**
   * Says what would happen, and changes nothing.
   */
  'dry_run'?: (boolean);
  /**
   * The fields of entries to answer; all, and attributes, when absent. IDs are always answered.
   */
  'output_mask'?: (_spire_api_types_EntryMask | null);
}

export interface ApplyEntriesRequest__Output {
  /**
   * Of other trust domains. Each takes the place of what is stored.
   */
  'bundles': (_spire_api_types_Bundle__Output)[];
  'delete': (_vouchsafe_server_entry_v1_Deletion__Output)[];
  'update': (_vouchsafe_server_entry_v1_Update__Output)[];
  /**
   * As BatchCreateEntry takes them.
   */
  'create': (_vouchsafe_server_entry_v1_RegisteredEntry__Output)[];
  /**
   * Says what would happen, and changes nothing.
   */
  'dry_run': (boolean);
  /**
   * The fields of entries to answer; all, and attributes, when absent. IDs are always answered.
   */
  'output_mask': (_spire_api_types_EntryMask__Output | null);
}
