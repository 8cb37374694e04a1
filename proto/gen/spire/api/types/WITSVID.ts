// Original file: spire/api/types/witsvid.proto

import type { SPIFFEID as _spire_api_types_SPIFFEID, SPIFFEID__Output as _spire_api_types_SPIFFEID__Output } from '../../../spire/api/types/SPIFFEID.ts';
import type { Long } from '@grpc/proto-loader';

export interface WITSVID {
  'token'?: (string);
  'id'?: (_spire_api_types_SPIFFEID | null);
  /**
   * Unix seconds.
   */
  'expires_at'?: (number | string | Long);
  /**
   * Unix seconds.
   */
  'issued_at'?: (number | string | Long);
  'hint'?: (string);
}

export interface WITSVID__Output {
  'token': (string);
  'id': (_spire_api_types_SPIFFEID__Output | null);
  /**
   * Unix seconds.
   */
  'expires_at': (string);
  /**
   * Unix seconds.
   */
  'issued_at': (string);
  'hint': (string);
}
