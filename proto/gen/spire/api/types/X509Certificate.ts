// Original file: spire/api/types/bundle.proto


export interface X509Certificate {
  /**
   * DER of one certificate.
   */
  'asn1'?: (Buffer | Uint8Array | string);
  /**
   * No longer to be relied on: SVIDs it signed are to be replaced.
   */
  'tainted'?: (boolean);
}

export interface X509Certificate__Output {
  /**
   * DER of one certificate.
   */
  'asn1': (Buffer);
  /**
   * No longer to be relied on: SVIDs it signed are to be replaced.
   */
  'tainted': (boolean);
}
