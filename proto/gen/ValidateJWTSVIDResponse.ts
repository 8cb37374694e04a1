// Original file: spiffe/workload/workloadapi.proto

import type { Struct as _google_protobuf_Struct, Struct__Output as _google_protobuf_Struct__Output } from './google/protobuf/Struct.ts';

export interface ValidateJWTSVIDResponse {
  'spiffe_id'?: (string);
  /**
   * Every claim, numbers as doubles.
   */
  'claims'?: (_google_protobuf_Struct | null);
}

export interface ValidateJWTSVIDResponse__Output {
  'spiffe_id': (string);
  /**
   * Every claim, numbers as doubles.
   */
  'claims': (_google_protobuf_Struct__Output | null);
}
