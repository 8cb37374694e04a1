// Original file: spire/api/agent/debug/v1/debug.proto

import type { SPIFFEID as _spire_api_types_SPIFFEID, SPIFFEID__Output as _spire_api_types_SPIFFEID__Output } from '../../../../spire/api/types/SPIFFEID.ts';
import type { Long } from '@grpc/proto-loader';

export interface _spire_agent_debug_v1_GetInfoResponse_Cert {
  'id'?: (_spire_api_types_SPIFFEID | null);
  /**
   * Unix seconds.
   */
  'expires_at'?: (number | string | Long);
  'subject'?: (string);
}

export interface _spire_agent_debug_v1_GetInfoResponse_Cert__Output {
  'id': (_spire_api_types_SPIFFEID__Output | null);
  /**
   * Unix seconds.
   */
  'expires_at': (string);
  'subject': (string);
}

export interface GetInfoResponse {
  /**
   * The agent's own SVID, leaf first.
   */
  'svid_chain'?: (_spire_agent_debug_v1_GetInfoResponse_Cert)[];
  /**
   * In seconds.
   */
  'uptime'?: (number);
  'svids_count'?: (number);
  /**
   * Unix seconds; 0 before the first.
   */
  'last_sync_success'?: (number | string | Long);
  'cached_x509_svids_count'?: (number);
  'cached_jwt_svids_count'?: (number);
  'cached_svidstore_x509_svids_count'?: (number);
}

export interface GetInfoResponse__Output {
  /**
   * The agent's own SVID, leaf first.
   */
  'svid_chain': (_spire_agent_debug_v1_GetInfoResponse_Cert__Output)[];
  /**
   * In seconds.
   */
  'uptime': (number);
  'svids_count': (number);
  /**
   * Unix seconds; 0 before the first.
   */
  'last_sync_success': (string);
  'cached_x509_svids_count': (number);
  'cached_jwt_svids_count': (number);
  'cached_svidstore_x509_svids_count': (number);
}
