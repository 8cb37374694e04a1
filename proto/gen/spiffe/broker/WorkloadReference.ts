// Original file: spiffe/broker/brokerapi.proto

import type { Any as _google_protobuf_Any, Any__Output as _google_protobuf_Any__Output } from '../../google/protobuf/Any.ts';

export interface WorkloadReference {
  /**
   * One of the reference messages below.
   */
  'reference'?: (_google_protobuf_Any | null);
}

export interface WorkloadReference__Output {
  /**
   * One of the reference messages below.
   */
  'reference': (_google_protobuf_Any__Output | null);
}
