// Original file: google/rpc/status.proto

import type { Any as _google_protobuf_Any, Any__Output as _google_protobuf_Any__Output } from '../../google/protobuf/Any.ts';

/**
 * What the grpc-status-details-bin trailer carries.
 */
export interface Status {
  /**
   * A gRPC status code, the same as the grpc-status trailer.
   */
  'code'?: (number);
  'message'?: (string);
  'details'?: (_google_protobuf_Any)[];
}

/**
 * What the grpc-status-details-bin trailer carries.
 */
export interface Status__Output {
  /**
   * A gRPC status code, the same as the grpc-status trailer.
   */
  'code': (number);
  'message': (string);
  'details': (_google_protobuf_Any__Output)[];
}
