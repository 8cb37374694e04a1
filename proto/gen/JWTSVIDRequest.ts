// Original file: spiffe/workload/workloadapi.proto


export interface JWTSVIDRequest {
  'audience'?: (string)[];
  /**
   * Empty asks for every identity the caller has.
   */
  'spiffe_id'?: (string);
}

export interface JWTSVIDRequest__Output {
  'audience': (string)[];
  /**
   * Empty asks for every identity the caller has.
   */
  'spiffe_id': (string);
}
