// Original file: spire/api/types/status.proto


/**
 * The outcome of one item of a batch.
 */
export interface Status {
  /**
   * A gRPC status code.
   */
  'code'?: (number);
  'message'?: (string);
}

/**
 * The outcome of one item of a batch.
 */
export interface Status__Output {
  /**
   * A gRPC status code.
   */
  'code': (number);
  'message': (string);
}
