// Original file: vouchsafe/server/updates/v1/updates.proto

import type { Entry as _spire_api_types_Entry, Entry__Output as _spire_api_types_Entry__Output } from '../../../../spire/api/types/Entry.ts';
import type { Attributes as _vouchsafe_server_entry_v1_Attributes, Attributes__Output as _vouchsafe_server_entry_v1_Attributes__Output } from '../../../../vouchsafe/server/entry/v1/Attributes.ts';

export interface FetchEntriesResponse {
  'entries'?: (_spire_api_types_Entry)[];
  /**
   * Of those of them that have any, by entry ID.
   */
  'attributes'?: ({[key: string]: _vouchsafe_server_entry_v1_Attributes});
}

export interface FetchEntriesResponse__Output {
  'entries': (_spire_api_types_Entry__Output)[];
  /**
   * Of those of them that have any, by entry ID.
   */
  'attributes': ({[key: string]: _vouchsafe_server_entry_v1_Attributes__Output});
}
