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
} as const;

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
