// Original file: spire/api/agent/delegatedidentity/v1/delegatedidentity.proto


export interface SubscribeToJWTBundlesResponse {
  /**
   * By trust domain ID; each value is a JWK set.
   */
  'bundles'?: ({[key: string]: Buffer | Uint8Array | string});
}

export interface SubscribeToJWTBundlesResponse__Output {
  /**
   * By trust domain ID; each value is a JWK set.
   */
  'bundles': ({[key: string]: Buffer});
}
