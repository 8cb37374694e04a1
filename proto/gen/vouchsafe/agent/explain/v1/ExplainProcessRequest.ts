// Original file: vouchsafe/agent/explain/v1/explain.proto

import type { SPIFFEID as _spire_api_types_SPIFFEID, SPIFFEID__Output as _spire_api_types_SPIFFEID__Output } from '../../../../spire/api/types/SPIFFEID.ts';

export interface ExplainProcessRequest {
  /**
   * A process of this host.
   */
  'pid'?: (number);
  /**
   * Whether it is given this identity; when absent, which ones it is given and which it nearly is.
   */
  'spiffe_id'?: (_spire_api_types_SPIFFEID | null);
}

export interface ExplainProcessRequest__Output {
  /**
   * A process of this host.
   */
  'pid': (number);
  /**
   * Whether it is given this identity; when absent, which ones it is given and which it nearly is.
   */
  'spiffe_id': (_spire_api_types_SPIFFEID__Output | null);
}
