// Original file: spiffe/workload/workloadapi.proto

import type { X509SVID as _X509SVID, X509SVID__Output as _X509SVID__Output } from './X509SVID.ts';

export interface X509SVIDResponse {
  'svids'?: (_X509SVID)[];
  /**
   * DER; empty in practice.
   */
  'crl'?: (Buffer | Uint8Array | string)[];
  /**
   * By trust domain ID (`spiffe://example.org`); each value is concatenated DER.
   */
  'federated_bundles'?: ({[key: string]: Buffer | Uint8Array | string});
}

export interface X509SVIDResponse__Output {
  'svids': (_X509SVID__Output)[];
  /**
   * DER; empty in practice.
   */
  'crl': (Buffer)[];
  /**
   * By trust domain ID (`spiffe://example.org`); each value is concatenated DER.
   */
  'federated_bundles': ({[key: string]: Buffer});
}
