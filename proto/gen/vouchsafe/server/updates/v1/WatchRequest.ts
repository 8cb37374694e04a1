// Original file: vouchsafe/server/updates/v1/updates.proto

import type { Long } from '@grpc/proto-loader';

export interface WatchRequest {
  /**
   * The revision of the last message that was acted upon; 0 for none.
   */
  'from_revision'?: (number | string | Long);
}

export interface WatchRequest__Output {
  /**
   * The revision of the last message that was acted upon; 0 for none.
   */
  'from_revision': (string);
}
