// Original file: vouchsafe/server/entry/v1/entry.proto

import type { Entry as _spire_api_types_Entry, Entry__Output as _spire_api_types_Entry__Output } from '../../../../spire/api/types/Entry.ts';
import type { EntryMask as _spire_api_types_EntryMask, EntryMask__Output as _spire_api_types_EntryMask__Output } from '../../../../spire/api/types/EntryMask.ts';
import type { Attributes as _vouchsafe_server_entry_v1_Attributes, Attributes__Output as _vouchsafe_server_entry_v1_Attributes__Output } from '../../../../vouchsafe/server/entry/v1/Attributes.ts';
import type { Long } from '@grpc/proto-loader';

export interface Update {
  /**
   * Found by its ID.
   */
  'entry'?: (_spire_api_types_Entry | null);
  /**
   * The fields to replace; all of them when absent.
   */
  'input_mask'?: (_spire_api_types_EntryMask | null);
  /**
   * Take the place of those that it has; absent to leave them as they are.
   */
  'attributes'?: (_vouchsafe_server_entry_v1_Attributes | null);
  /**
   * Fails with ABORTED unless the entry has this revision number; any when absent.
   */
  'revision_number'?: (number | string | Long);
  '_revision_number'?: "revision_number";
}

export interface Update__Output {
  /**
   * Found by its ID.
   */
  'entry': (_spire_api_types_Entry__Output | null);
  /**
   * The fields to replace; all of them when absent.
   */
  'input_mask': (_spire_api_types_EntryMask__Output | null);
  /**
   * Take the place of those that it has; absent to leave them as they are.
   */
  'attributes': (_vouchsafe_server_entry_v1_Attributes__Output | null);
  /**
   * Fails with ABORTED unless the entry has this revision number; any when absent.
   */
  'revision_number'?: (string);
  '_revision_number'?: "revision_number";
}
