// Original file: spire/api/types/bundle.proto

import type { Long } from '@grpc/proto-loader';

export interface JWTKey {
  /**
   * PKIX DER.
   */
  'public_key'?: (Buffer | Uint8Array | string);
  'key_id'?: (string);
  /**
   * Unix seconds; 0 never.
   */
  'expires_at'?: (number | string | Long);
  'tainted'?: (boolean);
}

export interface JWTKey__Output {
  /**
   * PKIX DER.
   */
  'public_key': (Buffer);
  'key_id': (string);
  /**
   * Unix seconds; 0 never.
   */
  'expires_at': (string);
  'tainted': (boolean);
}
