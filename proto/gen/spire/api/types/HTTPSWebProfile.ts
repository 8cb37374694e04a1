// Original file: spire/api/types/federationrelationship.proto


/**
 * The endpoint has a Web PKI certificate.
 */
export interface HTTPSWebProfile {
}

/**
 * The endpoint has a Web PKI certificate.
 */
export interface HTTPSWebProfile__Output {
}
