// Original file: spiffe/broker/brokerapi.proto

import type { JWTSVID as _spiffe_broker_JWTSVID, JWTSVID__Output as _spiffe_broker_JWTSVID__Output } from '../../spiffe/broker/JWTSVID.ts';

export interface FetchJWTSVIDResponse {
  'svids'?: (_spiffe_broker_JWTSVID)[];
}

export interface FetchJWTSVIDResponse__Output {
  'svids': (_spiffe_broker_JWTSVID__Output)[];
}
