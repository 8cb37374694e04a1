// Original file: vouchsafe/server/entry/v1/entry.proto

import type { Attributes as _vouchsafe_server_entry_v1_Attributes, Attributes__Output as _vouchsafe_server_entry_v1_Attributes__Output } from '../../../../vouchsafe/server/entry/v1/Attributes.ts';

export interface GetAuthorizedAttributesResponse {
  /**
   * By entry ID.
   */
  'attributes'?: ({[key: string]: _vouchsafe_server_entry_v1_Attributes});
}

export interface GetAuthorizedAttributesResponse__Output {
  /**
   * By entry ID.
   */
  'attributes': ({[key: string]: _vouchsafe_server_entry_v1_Attributes__Output});
}
