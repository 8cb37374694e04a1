/** Every way this package can refuse its input: the code is permanent, the text is the rule that was broken. */
export const PKI_ERRORS = {
  PKI_SPIFFE_ID_EMPTY: 'cannot be empty',
  PKI_SPIFFE_ID_SCHEME: 'scheme is missing or invalid',
  PKI_SPIFFE_ID_TOO_LONG: 'cannot be longer than 2048 bytes',
  PKI_SPIFFE_ID_PATH_MISSING: 'a workload needs a path',
  PKI_TRUST_DOMAIN_MISSING: 'trust domain is missing',
  PKI_TRUST_DOMAIN_CHARACTER:
    'trust domain characters are limited to lowercase letters, numbers, dots, dashes, and underscores',
  PKI_TRUST_DOMAIN_TOO_LONG: 'trust domain cannot be longer than 255 bytes',
  PKI_TRUST_DOMAIN_PATH: 'a trust domain has no path',
  PKI_PATH_LEADING_SLASH: 'path must have a leading slash',
  PKI_PATH_TRAILING_SLASH: 'path cannot have a trailing slash',
  PKI_PATH_EMPTY_SEGMENT: 'path cannot contain empty segments',
  PKI_PATH_DOT_SEGMENT: 'path cannot contain dot segments',
  PKI_PATH_CHARACTER:
    'path segment characters are limited to letters, numbers, dots, dashes, and underscores',
  PKI_SPIFFE_ID_UNEXPECTED: 'is not a SPIFFE ID that is expected here',
  PKI_SELECTOR_SEPARATOR: 'a selector is written type:value',
  PKI_SELECTOR_TYPE: 'selector type cannot be empty or contain a colon',
  PKI_SELECTOR_VALUE: 'selector value cannot be empty',
  PKI_ENDPOINT_SCHEME: 'endpoint scheme must be unix or tcp',
  PKI_ENDPOINT_UNIX: 'a unix endpoint is an absolute path without authority, query or fragment',
  PKI_ENDPOINT_TCP: 'a tcp endpoint is an IP address and a port, nothing else',
  PKI_JSON_TOO_LARGE: 'JSON text is too large',
  PKI_JSON_TOO_DEEP: 'JSON text is nested too deeply',
  PKI_JSON_ENCODING: 'JSON text is not well-formed Unicode',
  PKI_JSON_SYNTAX: 'JSON text is malformed',
  PKI_JSON_DUPLICATE_NAME: 'JSON object names a member twice',
  PKI_JSON_NUMBER: 'JSON number is out of range',
  PKI_JSON_NOT_OBJECT: 'JSON text is not an object',
  PKI_JWS_PARTS: 'a compact JWS has exactly three parts',
  PKI_JWS_TOO_LARGE: 'a JWS part is too large',
  PKI_JWS_ENCODING: 'a JWS part is not unpadded base64url',
  PKI_JWS_ALGORITHM: 'alg is not supported',
  PKI_JWS_CRITICAL: 'crit and b64 are not supported',
  PKI_JWS_EMBEDDED_KEY: 'a JWS header may not carry or point to a key',
  PKI_JWS_KEY_ID: 'kid is missing or not a text',
  PKI_JWS_TYPE: 'typ is not the type of this token',
  PKI_JWS_KEY_MISMATCH: 'alg does not fit the key',
  PKI_JWS_SIGNATURE: 'signature does not verify',
  PKI_ECDSA_SIGNATURE: 'ECDSA signature is malformed',
  PKI_JWT_SUBJECT: 'sub is not the SPIFFE ID of a workload',
  PKI_JWT_AUDIENCE_MISSING: 'audience is missing',
  PKI_JWT_AUDIENCE_INVALID: 'an audience is a text, not empty, without control characters',
  PKI_JWT_AUDIENCE_LIMIT: 'too many audiences, or one too long',
  PKI_JWT_AUDIENCE_UNEXPECTED: 'token is meant for another audience',
  PKI_JWT_CLAIM: 'claim is missing or not of its type',
  PKI_JWT_EXPIRED: 'token has expired',
  PKI_JWT_NOT_YET_VALID: 'token is not valid yet',
  PKI_JWT_LIFETIME: 'token must expire after it was issued',
  PKI_JWT_TRUST_DOMAIN_UNKNOWN: 'no trust bundle is known for the trust domain of sub',
  PKI_JWT_AUTHORITY_UNKNOWN: 'no JWT authority of the trust domain has this kid',
  PKI_JWT_AUTHORITY_KEY: 'is not a public key that JWT-SVIDs may be signed with',
  PKI_JWT_AUTHORITY_AMBIGUOUS: 'several JWT authorities of the trust domain have this kid',
  PKI_JWK_NOT_OBJECT: 'a JWK is a JSON object',
  PKI_JWK_KEY_TYPE: 'kty or crv of the JWK is missing or not supported',
  PKI_JWK_SECRET: 'the JWK holds a secret that its publisher should have kept',
  PKI_JWK_MEMBER: 'a member of the JWK is missing or malformed',
  PKI_JWK_USE: 'use of the JWK is missing or not known',
  PKI_JWK_CERTIFICATE: 'x5c does not start with the certificate of an X.509 authority',
  PKI_JWK_CERTIFICATE_KEY: 'the JWK and its certificate are of different keys',
  PKI_BUNDLE_KEYS: 'keys of the bundle is missing or not an array',
  PKI_BUNDLE_LIMIT: 'the bundle has too many keys',
  PKI_KEY_MALFORMED: 'is not a key',
  PKI_KEY_UNSUPPORTED: 'keys are ECDSA P-256 or P-384, or RSA of 2048 to 8192 bits',
  PKI_KEY_WEAK: 'key is too weak',
  PKI_PEM_MALFORMED: 'PEM text is malformed',
  PKI_PEM_TOO_LARGE: 'PEM text is too large',
  PKI_DER_MALFORMED: 'DER is malformed',
  PKI_X509_TOO_LARGE: 'certificate is too large, or there are too many',
  PKI_X509_VERSION: 'certificate is not of version 3',
  PKI_X509_EXTENSION_DUPLICATE: 'an extension stands there twice',
  PKI_CSR_TOO_LARGE: 'CSR is larger than 8 KiB',
  PKI_CSR_VERSION: 'CSR is not of version 1',
  PKI_CSR_SIGNATURE: 'CSR is not signed with its own key',
  PKI_SVID_CHAIN_EMPTY: 'there is no certificate',
  PKI_SVID_CHAIN_TOO_LONG: 'certificate chain is too long',
  PKI_SVID_URI_COUNT: 'an X509-SVID has exactly one URI name, its SPIFFE ID',
  PKI_SVID_ID: 'URI name is not the SPIFFE ID of a workload',
  PKI_SVID_IS_CA: 'a signing certificate identifies no workload',
  PKI_SVID_KEY_USAGE:
    'key usage of an X509-SVID is digital signature, and neither certificate nor CRL signing',
  PKI_SVID_CRITICAL_EXTENSION: 'a critical extension is not understood',
  PKI_SVID_NOT_YET_VALID: 'certificate is not valid yet',
  PKI_SVID_EXPIRED: 'certificate has expired',
  PKI_SVID_TRUST_DOMAIN_UNKNOWN: 'no trust bundle is known for the trust domain of the SPIFFE ID',
  PKI_SVID_UNTRUSTED: 'no authority of its trust domain stands behind the certificate',
  PKI_SVID_KEY_MISMATCH: 'private key is not that of the certificate',
} as const;

/** A permanent name for one rule. */
export type PkiErrorCode = keyof typeof PKI_ERRORS;

/** Refused input. Match on `code`; `detail` says which part, never a secret. */
export class PkiError extends Error {
  readonly code: PkiErrorCode;

  constructor(code: PkiErrorCode, options: { detail?: string; cause?: unknown } = {}) {
    const { detail, cause } = options;
    super(detail === undefined ? PKI_ERRORS[code] : `${PKI_ERRORS[code]}: ${detail}`, { cause });
    this.name = 'PkiError';
    this.code = code;
  }
}
