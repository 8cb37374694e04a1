// Original file: google/rpc/error_details.proto


/**
 * The machine-readable cause of an error, a detail of Status.
 */
export interface ErrorInfo {
  /**
   * A permanent UPPER_SNAKE code, unique within the domain.
   */
  'reason'?: (string);
  /**
   * Who defined the reason, such as a service's name.
   */
  'domain'?: (string);
  'metadata'?: ({[key: string]: string});
}

/**
 * The machine-readable cause of an error, a detail of Status.
 */
export interface ErrorInfo__Output {
  /**
   * A permanent UPPER_SNAKE code, unique within the domain.
   */
  'reason': (string);
  /**
   * Who defined the reason, such as a service's name.
   */
  'domain': (string);
  'metadata': ({[key: string]: string});
}
