// Original file: spiffe/broker/brokerapi.proto


export interface SubscribeToX509BundlesResponse {
  'crl'?: (Buffer | Uint8Array | string)[];
  /**
   * By trust domain ID; each value is concatenated DER.
   */
  'bundles'?: ({[key: string]: Buffer | Uint8Array | string});
}

export interface SubscribeToX509BundlesResponse__Output {
  'crl': (Buffer)[];
  /**
   * By trust domain ID; each value is concatenated DER.
   */
  'bundles': ({[key: string]: Buffer});
}
