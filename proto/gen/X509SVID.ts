// Original file: spiffe/workload/workloadapi.proto


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
   * Concatenated DER of the trust domain the SPIFFE ID belongs to.
   */
  'bundle'?: (Buffer | Uint8Array | string);
  /**
   * Tells several SVIDs of one workload apart; set by the operator, never part of the identity.
   */
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
   * Concatenated DER of the trust domain the SPIFFE ID belongs to.
   */
  'bundle': (Buffer);
  /**
   * Tells several SVIDs of one workload apart; set by the operator, never part of the identity.
   */
  'hint': (string);
}
