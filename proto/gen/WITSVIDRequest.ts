// Original file: spiffe/workload/workloadapi.proto


export interface WITSVIDRequest {
  /**
   * Empty asks for every identity the caller has.
   */
  'spiffe_id'?: (string);
}

export interface WITSVIDRequest__Output {
  /**
   * Empty asks for every identity the caller has.
   */
  'spiffe_id': (string);
}
