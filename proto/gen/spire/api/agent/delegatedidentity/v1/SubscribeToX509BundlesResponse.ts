// Original file: spire/api/agent/delegatedidentity/v1/delegatedidentity.proto


export interface SubscribeToX509BundlesResponse {
  /**
   * By trust domain ID; each value is concatenated DER.
   */
  'ca_certificates'?: ({[key: string]: Buffer | Uint8Array | string});
}

export interface SubscribeToX509BundlesResponse__Output {
  /**
   * By trust domain ID; each value is concatenated DER.
   */
  'ca_certificates': ({[key: string]: Buffer});
}
