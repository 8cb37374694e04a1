// Original file: vouchsafe/server/updates/v1/updates.proto

import type { EntryMask as _spire_api_types_EntryMask, EntryMask__Output as _spire_api_types_EntryMask__Output } from '../../../../spire/api/types/EntryMask.ts';

export interface FetchEntriesRequest {
  'ids'?: (string)[];
  'output_mask'?: (_spire_api_types_EntryMask | null);
}

export interface FetchEntriesRequest__Output {
  'ids': (string)[];
  'output_mask': (_spire_api_types_EntryMask__Output | null);
}
