// Original file: spiffe/broker/brokerapi.proto

import type { WorkloadReference as _spiffe_broker_WorkloadReference, WorkloadReference__Output as _spiffe_broker_WorkloadReference__Output } from '../../spiffe/broker/WorkloadReference.ts';

export interface FetchJWTSVIDRequest {
  'reference'?: (_spiffe_broker_WorkloadReference | null);
  'audience'?: (string)[];
  'spiffe_id'?: (string);
}

export interface FetchJWTSVIDRequest__Output {
  'reference': (_spiffe_broker_WorkloadReference__Output | null);
  'audience': (string)[];
  'spiffe_id': (string);
}
