// Original file: spire/api/types/attestation.proto


export interface AttestationData {
  /**
   * The node attestor.
   */
  'type'?: (string);
  'payload'?: (Buffer | Uint8Array | string);
}

export interface AttestationData__Output {
  /**
   * The node attestor.
   */
  'type': (string);
  'payload': (Buffer);
}
