// Original file: spiffe/broker/brokerapi.proto


export interface X509SVID {
  'spiffe_id'?: (string);
  /**
   * Concatenated DER, leaf first.
   */
  'x509_svid'?: (Buffer | Uint8Array | string);
  /**
   * PKCS#8 DER, unencrypted.
   */
  'x509_svid_key'?: (Buffer | Uint8Array | string);
  /**
   * Concatenated DER.
   */
  'bundle'?: (Buffer | Uint8Array | string);
  'hint'?: (string);
}

export interface X509SVID__Output {
  'spiffe_id': (string);
  /**
   * Concatenated DER, leaf first.
   */
  'x509_svid': (Buffer);
  /**
   * PKCS#8 DER, unencrypted.
   */
  'x509_svid_key': (Buffer);
  /**
   * Concatenated DER.
   */
  'bundle': (Buffer);
  'hint': (string);
}
