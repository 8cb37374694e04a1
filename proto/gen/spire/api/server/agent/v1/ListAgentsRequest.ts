// Original file: spire/api/server/agent/v1/agent.proto

import type { AgentMask as _spire_api_types_AgentMask, AgentMask__Output as _spire_api_types_AgentMask__Output } from '../../../../../spire/api/types/AgentMask.ts';
import type { SelectorMatch as _spire_api_types_SelectorMatch, SelectorMatch__Output as _spire_api_types_SelectorMatch__Output } from '../../../../../spire/api/types/SelectorMatch.ts';
import type { BoolValue as _google_protobuf_BoolValue, BoolValue__Output as _google_protobuf_BoolValue__Output } from '../../../../../google/protobuf/BoolValue.ts';

export interface _spire_api_server_agent_v1_ListAgentsRequest_Filter {
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

export interface _spire_api_server_agent_v1_ListAgentsRequest_Filter__Output {
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

export interface ListAgentsRequest {
  'filter'?: (_spire_api_server_agent_v1_ListAgentsRequest_Filter | null);
  'output_mask'?: (_spire_api_types_AgentMask | null);
  /**
   * 0 asks for everything in one page.
   */
  'page_size'?: (number);
  'page_token'?: (string);
}

export interface ListAgentsRequest__Output {
  'filter': (_spire_api_server_agent_v1_ListAgentsRequest_Filter__Output | null);
  'output_mask': (_spire_api_types_AgentMask__Output | null);
  /**
   * 0 asks for everything in one page.
   */
  'page_size': (number);
  'page_token': (string);
}
