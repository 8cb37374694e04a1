// Original file: spire/api/types/spiffeid.proto


export interface SPIFFEID {
  /**
   * The bare name, `example.org`.
   */
  'trust_domain'?: (string);
  /**
   * With its leading slash, or empty.
   */
  'path'?: (string);
}

export interface SPIFFEID__Output {
  /**
   * The bare name, `example.org`.
   */
  'trust_domain': (string);
  /**
   * With its leading slash, or empty.
   */
  'path': (string);
}
