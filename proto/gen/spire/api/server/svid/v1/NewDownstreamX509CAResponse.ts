// Original file: spire/api/server/svid/v1/svid.proto


export interface NewDownstreamX509CAResponse {
  /**
   * DER, one certificate each, the new CA first.
   */
  'ca_cert_chain'?: (Buffer | Uint8Array | string)[];
  /**
   * DER, one certificate each: the whole bundle.
   */
  'x509_authorities'?: (Buffer | Uint8Array | string)[];
}

export interface NewDownstreamX509CAResponse__Output {
  /**
   * DER, one certificate each, the new CA first.
   */
  'ca_cert_chain': (Buffer)[];
  /**
   * DER, one certificate each: the whole bundle.
   */
  'x509_authorities': (Buffer)[];
}
