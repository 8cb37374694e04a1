// Original file: spire/api/types/federationrelationship.proto


/**
 * The endpoint has an X509-SVID.
 */
export interface HTTPSSPIFFEProfile {
  'endpoint_spiffe_id'?: (string);
}

/**
 * The endpoint has an X509-SVID.
 */
export interface HTTPSSPIFFEProfile__Output {
  'endpoint_spiffe_id': (string);
}
