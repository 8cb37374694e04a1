// Original file: spire/api/server/localauthority/v1/localauthority.proto

import type { Long } from '@grpc/proto-loader';

export interface AuthorityState {
  /**
   * Hex of the subject key identifier for X.509, the key ID otherwise.
   */
  'authority_id'?: (string);
  /**
   * Unix seconds.
   */
  'expires_at'?: (number | string | Long);
  /**
   * Empty when self-signed.
   */
  'upstream_authority_subject_key_id'?: (string);
}

export interface AuthorityState__Output {
  /**
   * Hex of the subject key identifier for X.509, the key ID otherwise.
   */
  'authority_id': (string);
  /**
   * Unix seconds.
   */
  'expires_at': (string);
  /**
   * Empty when self-signed.
   */
  'upstream_authority_subject_key_id': (string);
}
