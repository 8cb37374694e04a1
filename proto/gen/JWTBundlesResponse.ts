// Original file: spiffe/workload/workloadapi.proto


export interface JWTBundlesResponse {
  /**
   * By trust domain ID; each value is a JWK set.
   */
  'bundles'?: ({[key: string]: Buffer | Uint8Array | string});
}

export interface JWTBundlesResponse__Output {
  /**
   * By trust domain ID; each value is a JWK set.
   */
  'bundles': ({[key: string]: Buffer});
}
