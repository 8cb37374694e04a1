// Original file: spire/api/server/trustdomain/v1/trustdomain.proto

import type { FederationRelationshipMask as _spire_api_types_FederationRelationshipMask, FederationRelationshipMask__Output as _spire_api_types_FederationRelationshipMask__Output } from '../../../../../spire/api/types/FederationRelationshipMask.ts';

export interface ListFederationRelationshipsRequest {
  'output_mask'?: (_spire_api_types_FederationRelationshipMask | null);
  /**
   * 0 asks for everything in one page.
   */
  'page_size'?: (number);
  'page_token'?: (string);
}

export interface ListFederationRelationshipsRequest__Output {
  'output_mask': (_spire_api_types_FederationRelationshipMask__Output | null);
  /**
   * 0 asks for everything in one page.
   */
  'page_size': (number);
  'page_token': (string);
}
