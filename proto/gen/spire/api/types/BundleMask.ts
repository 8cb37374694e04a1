// Original file: spire/api/types/bundle.proto


/**
 * Which fields to fill in or to change; `trust_domain` always is.
 */
export interface BundleMask {
  'x509_authorities'?: (boolean);
  'jwt_authorities'?: (boolean);
  'refresh_hint'?: (boolean);
  'sequence_number'?: (boolean);
  'wit_authorities'?: (boolean);
}

/**
 * Which fields to fill in or to change; `trust_domain` always is.
 */
export interface BundleMask__Output {
  'x509_authorities': (boolean);
  'jwt_authorities': (boolean);
  'refresh_hint': (boolean);
  'sequence_number': (boolean);
  'wit_authorities': (boolean);
}
