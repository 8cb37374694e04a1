// Original file: vouchsafe/server/explain/v1/explain.proto

import type { SPIFFEID as _spire_api_types_SPIFFEID, SPIFFEID__Output as _spire_api_types_SPIFFEID__Output } from '../../../../spire/api/types/SPIFFEID.ts';

export interface ExplainIdentityRequest {
  'spiffe_id'?: (_spire_api_types_SPIFFEID | null);
  /**
   * Whether this agent can serve it; any agent when absent.
   */
  'agent_id'?: (_spire_api_types_SPIFFEID | null);
}

export interface ExplainIdentityRequest__Output {
  'spiffe_id': (_spire_api_types_SPIFFEID__Output | null);
  /**
   * Whether this agent can serve it; any agent when absent.
   */
  'agent_id': (_spire_api_types_SPIFFEID__Output | null);
}
