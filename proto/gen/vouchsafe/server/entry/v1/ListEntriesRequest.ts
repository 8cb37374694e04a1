// Original file: vouchsafe/server/entry/v1/entry.proto

import type { _spire_api_server_entry_v1_ListEntriesRequest_Filter, _spire_api_server_entry_v1_ListEntriesRequest_Filter__Output } from '../../../../spire/api/server/entry/v1/ListEntriesRequest.ts';

export interface _vouchsafe_server_entry_v1_ListEntriesRequest_ByAttributes {
  /**
   * Empty for any.
   */
  'owner'?: (string);
  /**
   * Empty for any.
   */
  'environment'?: (string);
  /**
   * All of them.
   */
  'labels'?: ({[key: string]: string});
}

export interface _vouchsafe_server_entry_v1_ListEntriesRequest_ByAttributes__Output {
  /**
   * Empty for any.
   */
  'owner': (string);
  /**
   * Empty for any.
   */
  'environment': (string);
  /**
   * All of them.
   */
  'labels': ({[key: string]: string});
}

export interface ListEntriesRequest {
  'filter'?: (_spire_api_server_entry_v1_ListEntriesRequest_Filter | null);
  'by_attributes'?: (_vouchsafe_server_entry_v1_ListEntriesRequest_ByAttributes | null);
  /**
   * 0 for all in one page.
   */
  'page_size'?: (number);
  'page_token'?: (string);
  /**
   * Only those with these IDs; any when empty.
   */
  'ids'?: (string)[];
}

export interface ListEntriesRequest__Output {
  'filter': (_spire_api_server_entry_v1_ListEntriesRequest_Filter__Output | null);
  'by_attributes': (_vouchsafe_server_entry_v1_ListEntriesRequest_ByAttributes__Output | null);
  /**
   * 0 for all in one page.
   */
  'page_size': (number);
  'page_token': (string);
  /**
   * Only those with these IDs; any when empty.
   */
  'ids': (string)[];
}
