// Original file: spire/api/types/federationrelationship.proto

import type { HTTPSWebProfile as _spire_api_types_HTTPSWebProfile, HTTPSWebProfile__Output as _spire_api_types_HTTPSWebProfile__Output } from '../../../spire/api/types/HTTPSWebProfile.ts';
import type { HTTPSSPIFFEProfile as _spire_api_types_HTTPSSPIFFEProfile, HTTPSSPIFFEProfile__Output as _spire_api_types_HTTPSSPIFFEProfile__Output } from '../../../spire/api/types/HTTPSSPIFFEProfile.ts';
import type { Bundle as _spire_api_types_Bundle, Bundle__Output as _spire_api_types_Bundle__Output } from '../../../spire/api/types/Bundle.ts';

/**
 * Where the trust bundle of another trust domain is fetched, and how its endpoint proves itself.
 */
export interface FederationRelationship {
  /**
   * The bare name.
   */
  'trust_domain'?: (string);
  'bundle_endpoint_url'?: (string);
  'https_web'?: (_spire_api_types_HTTPSWebProfile | null);
  'https_spiffe'?: (_spire_api_types_HTTPSSPIFFEProfile | null);
  /**
   * What is known of it already.
   */
  'trust_domain_bundle'?: (_spire_api_types_Bundle | null);
  /**
   * How the endpoint authenticates.
   */
  'bundle_endpoint_profile'?: "https_web"|"https_spiffe";
}

/**
 * Where the trust bundle of another trust domain is fetched, and how its endpoint proves itself.
 */
export interface FederationRelationship__Output {
  /**
   * The bare name.
   */
  'trust_domain': (string);
  'bundle_endpoint_url': (string);
  'https_web'?: (_spire_api_types_HTTPSWebProfile__Output | null);
  'https_spiffe'?: (_spire_api_types_HTTPSSPIFFEProfile__Output | null);
  /**
   * What is known of it already.
   */
  'trust_domain_bundle': (_spire_api_types_Bundle__Output | null);
  /**
   * How the endpoint authenticates.
   */
  'bundle_endpoint_profile'?: "https_web"|"https_spiffe";
}
