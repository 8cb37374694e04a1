// Original file: vouchsafe/server/updates/v1/updates.proto

import type { Entry as _spire_api_types_Entry, Entry__Output as _spire_api_types_Entry__Output } from '../../../../spire/api/types/Entry.ts';

export interface FetchEntriesResponse {
  'entries'?: (_spire_api_types_Entry)[];
}

export interface FetchEntriesResponse__Output {
  'entries': (_spire_api_types_Entry__Output)[];
}
