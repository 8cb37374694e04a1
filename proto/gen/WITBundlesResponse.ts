// Original file: spiffe/workload/workloadapi.proto


export interface WITBundlesResponse {
  /**
   * By trust domain ID; each value is a JWK set.
   */
  'bundles'?: ({[key: string]: string});
}

export interface WITBundlesResponse__Output {
  /**
   * By trust domain ID; each value is a JWK set.
   */
  'bundles': ({[key: string]: string});
}
