// Original file: spiffe/workload/workloadapi.proto


export interface X509BundlesResponse {
  'crl'?: (Buffer | Uint8Array | string)[];
  /**
   * By trust domain ID; each value is concatenated DER.
   */
  'bundles'?: ({[key: string]: Buffer | Uint8Array | string});
}

export interface X509BundlesResponse__Output {
  'crl': (Buffer)[];
  /**
   * By trust domain ID; each value is concatenated DER.
   */
  'bundles': ({[key: string]: Buffer});
}
