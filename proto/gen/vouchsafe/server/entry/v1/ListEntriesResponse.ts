// Original file: vouchsafe/server/entry/v1/entry.proto

import type { RegisteredEntry as _vouchsafe_server_entry_v1_RegisteredEntry, RegisteredEntry__Output as _vouchsafe_server_entry_v1_RegisteredEntry__Output } from '../../../../vouchsafe/server/entry/v1/RegisteredEntry.ts';

export interface ListEntriesResponse {
  'entries'?: (_vouchsafe_server_entry_v1_RegisteredEntry)[];
  /**
   * Empty after the last page.
   */
  'next_page_token'?: (string);
}

export interface ListEntriesResponse__Output {
  'entries': (_vouchsafe_server_entry_v1_RegisteredEntry__Output)[];
  /**
   * Empty after the last page.
   */
  'next_page_token': (string);
}
