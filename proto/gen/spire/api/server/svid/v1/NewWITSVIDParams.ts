// Original file: spire/api/server/svid/v1/svid.proto


export interface NewWITSVIDParams {
  'entry_id'?: (string);
  /**
   * PKIX DER; the token is bound to it.
   */
  'public_key'?: (Buffer | Uint8Array | string);
  /**
   * The JOSE algorithm the key is used with.
   */
  'signing_algorithm'?: (string);
}

export interface NewWITSVIDParams__Output {
  'entry_id': (string);
  /**
   * PKIX DER; the token is bound to it.
   */
  'public_key': (Buffer);
  /**
   * The JOSE algorithm the key is used with.
   */
  'signing_algorithm': (string);
}
