// Original file: spire/api/server/agent/v1/agent.proto

import type { SelectorMatch as _spire_api_types_SelectorMatch, SelectorMatch__Output as _spire_api_types_SelectorMatch__Output } from '../../../../../spire/api/types/SelectorMatch.ts';
import type { BoolValue as _google_protobuf_BoolValue, BoolValue__Output as _google_protobuf_BoolValue__Output } from '../../../../../google/protobuf/BoolValue.ts';

export interface _spire_api_server_agent_v1_CountAgentsRequest_Filter {
  'by_attestation_type'?: (string);
  'by_selector_match'?: (_spire_api_types_SelectorMatch | null);
  /**
   * Absent filters nothing; false asks for the others.
   */
  'by_banned'?: (_google_protobuf_BoolValue | null);
  /**
   * Absent filters nothing; false asks for the others.
   */
  'by_can_reattest'?: (_google_protobuf_BoolValue | null);
  /**
   * As `2006-01-02 15:04:05 -0700 -07`.
   */
  'by_expires_before'?: (string);
}

export interface _spire_api_server_agent_v1_CountAgentsRequest_Filter__Output {
  'by_attestation_type': (string);
  'by_selector_match': (_spire_api_types_SelectorMatch__Output | null);
  /**
   * Absent filters nothing; false asks for the others.
   */
  'by_banned': (_google_protobuf_BoolValue__Output | null);
  /**
   * Absent filters nothing; false asks for the others.
   */
  'by_can_reattest': (_google_protobuf_BoolValue__Output | null);
  /**
   * As `2006-01-02 15:04:05 -0700 -07`.
   */
  'by_expires_before': (string);
}

export interface CountAgentsRequest {
  'filter'?: (_spire_api_server_agent_v1_CountAgentsRequest_Filter | null);
}

export interface CountAgentsRequest__Output {
  'filter': (_spire_api_server_agent_v1_CountAgentsRequest_Filter__Output | null);
}
