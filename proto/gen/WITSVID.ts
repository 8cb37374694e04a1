// Original file: spiffe/workload/workloadapi.proto


export interface WITSVID {
  'spiffe_id'?: (string);
  'wit_svid'?: (string);
  /**
   * The private key the token is bound to, as a JWK.
   */
  'wit_svid_key'?: (string);
  'hint'?: (string);
}

export interface WITSVID__Output {
  'spiffe_id': (string);
  'wit_svid': (string);
  /**
   * The private key the token is bound to, as a JWK.
   */
  'wit_svid_key': (string);
  'hint': (string);
}
