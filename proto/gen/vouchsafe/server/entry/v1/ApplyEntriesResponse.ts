// Original file: vouchsafe/server/entry/v1/entry.proto

import type { Status as _spire_api_types_Status, Status__Output as _spire_api_types_Status__Output } from '../../../../spire/api/types/Status.ts';
import type { RegisteredEntry as _vouchsafe_server_entry_v1_RegisteredEntry, RegisteredEntry__Output as _vouchsafe_server_entry_v1_RegisteredEntry__Output } from '../../../../vouchsafe/server/entry/v1/RegisteredEntry.ts';

export interface _vouchsafe_server_entry_v1_ApplyEntriesResponse_Result {
  'status'?: (_spire_api_types_Status | null);
  /**
   * What it has become, or what stands in the way; absent for a bundle, and for an entry that is gone.
   */
  'entry'?: (_vouchsafe_server_entry_v1_RegisteredEntry | null);
}

export interface _vouchsafe_server_entry_v1_ApplyEntriesResponse_Result__Output {
  'status': (_spire_api_types_Status__Output | null);
  /**
   * What it has become, or what stands in the way; absent for a bundle, and for an entry that is gone.
   */
  'entry': (_vouchsafe_server_entry_v1_RegisteredEntry__Output | null);
}

export interface ApplyEntriesResponse {
  /**
   * False when anything has failed, and for a dry run.
   */
  'applied'?: (boolean);
  /**
   * In the order of the request.
   */
  'bundles'?: (_vouchsafe_server_entry_v1_ApplyEntriesResponse_Result)[];
  'deleted'?: (_vouchsafe_server_entry_v1_ApplyEntriesResponse_Result)[];
  'updated'?: (_vouchsafe_server_entry_v1_ApplyEntriesResponse_Result)[];
  'created'?: (_vouchsafe_server_entry_v1_ApplyEntriesResponse_Result)[];
}

export interface ApplyEntriesResponse__Output {
  /**
   * False when anything has failed, and for a dry run.
   */
  'applied': (boolean);
  /**
   * In the order of the request.
   */
  'bundles': (_vouchsafe_server_entry_v1_ApplyEntriesResponse_Result__Output)[];
  'deleted': (_vouchsafe_server_entry_v1_ApplyEntriesResponse_Result__Output)[];
  'updated': (_vouchsafe_server_entry_v1_ApplyEntriesResponse_Result__Output)[];
  'created': (_vouchsafe_server_entry_v1_ApplyEntriesResponse_Result__Output)[];
}
