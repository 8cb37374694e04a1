// Original file: spiffe/broker/brokerapi.proto

import type { X509SVID as _spiffe_broker_X509SVID, X509SVID__Output as _spiffe_broker_X509SVID__Output } from '../../spiffe/broker/X509SVID.ts';

export interface SubscribeToX509SVIDResponse {
  'svids'?: (_spiffe_broker_X509SVID)[];
  'crl'?: (Buffer | Uint8Array | string)[];
  /**
   * By trust domain ID; each value is concatenated DER.
   */
  'federated_bundles'?: ({[key: string]: Buffer | Uint8Array | string});
}

export interface SubscribeToX509SVIDResponse__Output {
  'svids': (_spiffe_broker_X509SVID__Output)[];
  'crl': (Buffer)[];
  /**
   * By trust domain ID; each value is concatenated DER.
   */
  'federated_bundles': ({[key: string]: Buffer});
}
