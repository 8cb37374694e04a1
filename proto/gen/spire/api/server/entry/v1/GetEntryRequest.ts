// Original file: spire/api/server/entry/v1/entry.proto

import type { EntryMask as _spire_api_types_EntryMask, EntryMask__Output as _spire_api_types_EntryMask__Output } from '../../../../../spire/api/types/EntryMask.ts';

export interface GetEntryRequest {
  'id'?: (string);
  'output_mask'?: (_spire_api_types_EntryMask | null);
}

export interface GetEntryRequest__Output {
  'id': (string);
  'output_mask': (_spire_api_types_EntryMask__Output | null);
}
