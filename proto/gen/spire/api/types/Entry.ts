// Original file: spire/api/types/entry.proto

import type { SPIFFEID as _spire_api_types_SPIFFEID, SPIFFEID__Output as _spire_api_types_SPIFFEID__Output } from '../../../spire/api/types/SPIFFEID.ts';
import type { Selector as _spire_api_types_Selector, Selector__Output as _spire_api_types_Selector__Output } from '../../../spire/api/types/Selector.ts';
import type { Long } from '@grpc/proto-loader';

export interface _spire_api_types_Entry_AdditionalAttributes {
  /**
   * Agents mint the X509-SVID on demand only.
   */
  'disable_x509_svid_prefetch'?: (boolean);
  /**
   * JWT-SVIDs get a `jti` claim.
   */
  'jwt_svid_include_jti'?: (boolean);
}

export interface _spire_api_types_Entry_AdditionalAttributes__Output {
  /**
   * Agents mint the X509-SVID on demand only.
   */
  'disable_x509_svid_prefetch': (boolean);
  /**
   * JWT-SVIDs get a `jti` claim.
   */
  'jwt_svid_include_jti': (boolean);
}

/**
 * A registration entry: what bears these selectors under this parent gets this SPIFFE ID.
 */
export interface Entry {
  'id'?: (string);
  'spiffe_id'?: (_spire_api_types_SPIFFEID | null);
  /**
   * An agent, a node alias or the server.
   */
  'parent_id'?: (_spire_api_types_SPIFFEID | null);
  /**
   * All of them must match.
   */
  'selectors'?: (_spire_api_types_Selector)[];
  /**
   * In seconds; 0 leaves it to the server's default.
   */
  'x509_svid_ttl'?: (number);
  /**
   * Trust domain names.
   */
  'federates_with'?: (string)[];
  /**
   * The SVID's holder may administer the server.
   */
  'admin'?: (boolean);
  /**
   * The SVID's holder may ask for an intermediate CA.
   */
  'downstream'?: (boolean);
  /**
   * Unix seconds after which the entry goes; 0 never.
   */
  'expires_at'?: (number | string | Long);
  /**
   * The first is also the common name.
   */
  'dns_names'?: (string)[];
  /**
   * Grows with every update.
   */
  'revision_number'?: (number | string | Long);
  /**
   * The SVID goes to a secret store, not to the Workload API.
   */
  'store_svid'?: (boolean);
  /**
   * In seconds; 0 leaves it to the server's default.
   */
  'jwt_svid_ttl'?: (number);
  'hint'?: (string);
  /**
   * Unix seconds, set by the server.
   */
  'created_at'?: (number | string | Long);
  /**
   * An update replaces it as a whole: absent and empty differ.
   */
  'additional_attributes'?: (_spire_api_types_Entry_AdditionalAttributes | null);
  '_additional_attributes'?: "additional_attributes";
}

/**
 * A registration entry: what bears these selectors under this parent gets this SPIFFE ID.
 */
export interface Entry__Output {
  'id': (string);
  'spiffe_id': (_spire_api_types_SPIFFEID__Output | null);
  /**
   * An agent, a node alias or the server.
   */
  'parent_id': (_spire_api_types_SPIFFEID__Output | null);
  /**
   * All of them must match.
   */
  'selectors': (_spire_api_types_Selector__Output)[];
  /**
   * In seconds; 0 leaves it to the server's default.
   */
  'x509_svid_ttl': (number);
  /**
   * Trust domain names.
   */
  'federates_with': (string)[];
  /**
   * The SVID's holder may administer the server.
   */
  'admin': (boolean);
  /**
   * The SVID's holder may ask for an intermediate CA.
   */
  'downstream': (boolean);
  /**
   * Unix seconds after which the entry goes; 0 never.
   */
  'expires_at': (string);
  /**
   * The first is also the common name.
   */
  'dns_names': (string)[];
  /**
   * Grows with every update.
   */
  'revision_number': (string);
  /**
   * The SVID goes to a secret store, not to the Workload API.
   */
  'store_svid': (boolean);
  /**
   * In seconds; 0 leaves it to the server's default.
   */
  'jwt_svid_ttl': (number);
  'hint': (string);
  /**
   * Unix seconds, set by the server.
   */
  'created_at': (string);
  /**
   * An update replaces it as a whole: absent and empty differ.
   */
  'additional_attributes'?: (_spire_api_types_Entry_AdditionalAttributes__Output | null);
  '_additional_attributes'?: "additional_attributes";
}
