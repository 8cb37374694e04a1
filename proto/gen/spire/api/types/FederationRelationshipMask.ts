// Original file: spire/api/types/federationrelationship.proto


/**
 * Which fields to fill in or to change; `trust_domain` always is, and here the numbers start at 1.
 */
export interface FederationRelationshipMask {
  'bundle_endpoint_url'?: (boolean);
  'bundle_endpoint_profile'?: (boolean);
  'trust_domain_bundle'?: (boolean);
}

/**
 * Which fields to fill in or to change; `trust_domain` always is, and here the numbers start at 1.
 */
export interface FederationRelationshipMask__Output {
  'bundle_endpoint_url': (boolean);
  'bundle_endpoint_profile': (boolean);
  'trust_domain_bundle': (boolean);
}
