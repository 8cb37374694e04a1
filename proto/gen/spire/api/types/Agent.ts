// Original file: spire/api/types/agent.proto

import type { SPIFFEID as _spire_api_types_SPIFFEID, SPIFFEID__Output as _spire_api_types_SPIFFEID__Output } from '../../../spire/api/types/SPIFFEID.ts';
import type { Selector as _spire_api_types_Selector, Selector__Output as _spire_api_types_Selector__Output } from '../../../spire/api/types/Selector.ts';
import type { Long } from '@grpc/proto-loader';

/**
 * A node agent that has attested.
 */
export interface Agent {
  'id'?: (_spire_api_types_SPIFFEID | null);
  /**
   * The node attestor that admitted it.
   */
  'attestation_type'?: (string);
  'x509svid_serial_number'?: (string);
  /**
   * Unix seconds.
   */
  'x509svid_expires_at'?: (number | string | Long);
  'selectors'?: (_spire_api_types_Selector)[];
  'banned'?: (boolean);
  /**
   * Whether the agent may attest anew with the evidence it has.
   */
  'can_reattest'?: (boolean);
  'agent_version'?: (string);
}

/**
 * A node agent that has attested.
 */
export interface Agent__Output {
  'id': (_spire_api_types_SPIFFEID__Output | null);
  /**
   * The node attestor that admitted it.
   */
  'attestation_type': (string);
  'x509svid_serial_number': (string);
  /**
   * Unix seconds.
   */
  'x509svid_expires_at': (string);
  'selectors': (_spire_api_types_Selector__Output)[];
  'banned': (boolean);
  /**
   * Whether the agent may attest anew with the evidence it has.
   */
  'can_reattest': (boolean);
  'agent_version': (string);
}
