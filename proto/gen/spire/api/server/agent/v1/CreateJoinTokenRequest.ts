// Original file: spire/api/server/agent/v1/agent.proto

import type { SPIFFEID as _spire_api_types_SPIFFEID, SPIFFEID__Output as _spire_api_types_SPIFFEID__Output } from '../../../../../spire/api/types/SPIFFEID.ts';

export interface CreateJoinTokenRequest {
  /**
   * In seconds.
   */
  'ttl'?: (number);
  /**
   * Empty lets the server choose.
   */
  'token'?: (string);
  /**
   * An additional identity (a node alias) for the agent that joins with it.
   */
  'agent_id'?: (_spire_api_types_SPIFFEID | null);
}

export interface CreateJoinTokenRequest__Output {
  /**
   * In seconds.
   */
  'ttl': (number);
  /**
   * Empty lets the server choose.
   */
  'token': (string);
  /**
   * An additional identity (a node alias) for the agent that joins with it.
   */
  'agent_id': (_spire_api_types_SPIFFEID__Output | null);
}
