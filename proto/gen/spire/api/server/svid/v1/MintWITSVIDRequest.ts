// Original file: spire/api/server/svid/v1/svid.proto

import type { SPIFFEID as _spire_api_types_SPIFFEID, SPIFFEID__Output as _spire_api_types_SPIFFEID__Output } from '../../../../../spire/api/types/SPIFFEID.ts';

export interface MintWITSVIDRequest {
  'id'?: (_spire_api_types_SPIFFEID | null);
  /**
   * PKIX DER; the token is bound to it.
   */
  'public_key'?: (Buffer | Uint8Array | string);
  /**
   * In seconds; 0 leaves it to the server's default.
   */
  'ttl'?: (number);
  /**
   * The JOSE algorithm the key is used with.
   */
  'signing_algorithm'?: (string);
}

export interface MintWITSVIDRequest__Output {
  'id': (_spire_api_types_SPIFFEID__Output | null);
  /**
   * PKIX DER; the token is bound to it.
   */
  'public_key': (Buffer);
  /**
   * In seconds; 0 leaves it to the server's default.
   */
  'ttl': (number);
  /**
   * The JOSE algorithm the key is used with.
   */
  'signing_algorithm': (string);
}
