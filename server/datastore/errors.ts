/** What the store can refuse on its own account, with the remedy in the detail. */
export const DATASTORE_ERRORS = {
  DATASTORE_CORRUPT: 'the database is damaged',
  DATASTORE_FOREIGN: 'the database belongs to another trust domain',
  DATASTORE_LOCKED: 'another process holds the database locked',
  DATASTORE_NEWER: 'the database was written by a newer release',
  DATASTORE_UNAVAILABLE: 'the database cannot be used',
  DATASTORE_FULL: 'there is no space left for the database',
} as const;

export type DatastoreErrorCode = keyof typeof DATASTORE_ERRORS;

export class DatastoreError extends Error {
  readonly code: DatastoreErrorCode;

  constructor(code: DatastoreErrorCode, detail: string, options: { cause?: unknown } = {}) {
    super(`${DATASTORE_ERRORS[code]}: ${detail}`, options);
    this.name = 'DatastoreError';
    this.code = code;
  }
}
