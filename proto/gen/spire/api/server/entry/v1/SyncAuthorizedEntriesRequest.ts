// Original file: spire/api/server/entry/v1/entry.proto

import type { EntryMask as _spire_api_types_EntryMask, EntryMask__Output as _spire_api_types_EntryMask__Output } from '../../../../../spire/api/types/EntryMask.ts';

export interface SyncAuthorizedEntriesRequest {
  /**
   * First message only.
   */
  'output_mask'?: (_spire_api_types_EntryMask | null);
  /**
   * Every further message: the entries wanted in full.
   */
  'ids'?: (string)[];
}

export interface SyncAuthorizedEntriesRequest__Output {
  /**
   * First message only.
   */
  'output_mask': (_spire_api_types_EntryMask__Output | null);
  /**
   * Every further message: the entries wanted in full.
   */
  'ids': (string)[];
}
