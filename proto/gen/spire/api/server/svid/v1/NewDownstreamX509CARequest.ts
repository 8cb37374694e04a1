// Original file: spire/api/server/svid/v1/svid.proto


export interface NewDownstreamX509CARequest {
  /**
   * DER.
   */
  'csr'?: (Buffer | Uint8Array | string);
  /**
   * In seconds; 0 leaves it to the server.
   */
  'preferred_ttl'?: (number);
}

export interface NewDownstreamX509CARequest__Output {
  /**
   * DER.
   */
  'csr': (Buffer);
  /**
   * In seconds; 0 leaves it to the server.
   */
  'preferred_ttl': (number);
}
