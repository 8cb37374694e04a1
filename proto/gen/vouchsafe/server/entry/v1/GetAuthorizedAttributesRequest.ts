// Original file: vouchsafe/server/entry/v1/entry.proto


export interface GetAuthorizedAttributesRequest {
  /**
   * Entry IDs, at most 500.
   */
  'ids'?: (string)[];
}

export interface GetAuthorizedAttributesRequest__Output {
  /**
   * Entry IDs, at most 500.
   */
  'ids': (string)[];
}
