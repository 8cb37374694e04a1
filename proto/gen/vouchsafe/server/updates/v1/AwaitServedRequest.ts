// Original file: vouchsafe/server/updates/v1/updates.proto

import type { Long } from '@grpc/proto-loader';

export interface AwaitServedRequest {
  /**
   * Only the agents that are authorized for one of these, at most 500; without any, all agents.
   */
  'entry_ids'?: (string)[];
  /**
   * Only changes up to this one; 0 for all until now.
   */
  'revision'?: (number | string | Long);
  /**
   * How long to wait, at most 10 minutes; 0 answers at once how it stands.
   */
  'wait_ms'?: (number);
}

export interface AwaitServedRequest__Output {
  /**
   * Only the agents that are authorized for one of these, at most 500; without any, all agents.
   */
  'entry_ids': (string)[];
  /**
   * Only changes up to this one; 0 for all until now.
   */
  'revision': (string);
  /**
   * How long to wait, at most 10 minutes; 0 answers at once how it stands.
   */
  'wait_ms': (number);
}
