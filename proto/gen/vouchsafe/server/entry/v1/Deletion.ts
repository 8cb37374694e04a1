// Original file: vouchsafe/server/entry/v1/entry.proto

import type { Long } from '@grpc/proto-loader';

export interface Deletion {
  'id'?: (string);
  /**
   * Fails with ABORTED unless the entry has this revision number; any when absent.
   */
  'revision_number'?: (number | string | Long);
  '_revision_number'?: "revision_number";
}

export interface Deletion__Output {
  'id': (string);
  /**
   * Fails with ABORTED unless the entry has this revision number; any when absent.
   */
  'revision_number'?: (string);
  '_revision_number'?: "revision_number";
}
