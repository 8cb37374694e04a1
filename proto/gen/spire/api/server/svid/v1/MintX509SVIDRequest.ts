// Original file: spire/api/server/svid/v1/svid.proto


export interface MintX509SVIDRequest {
  /**
   * DER.
   */
  'csr'?: (Buffer | Uint8Array | string);
  /**
   * In seconds; 0 leaves it to the server's default.
   */
  'ttl'?: (number);
}

export interface MintX509SVIDRequest__Output {
  /**
   * DER.
   */
  'csr': (Buffer);
  /**
   * In seconds; 0 leaves it to the server's default.
   */
  'ttl': (number);
}
