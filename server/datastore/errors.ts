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

const PASSING: ReadonlySet<DatastoreErrorCode> = new Set([
  'DATASTORE_LOCKED',
  'DATASTORE_UNAVAILABLE',
  'DATASTORE_FULL',
]);

export class DatastoreError extends Error {
  readonly code: DatastoreErrorCode;
  /** For callers, of what will pass: who asks again later may succeed. */
  readonly outage: string | undefined;

  constructor(code: DatastoreErrorCode, detail: string, options: { cause?: unknown } = {}) {
    super(`${DATASTORE_ERRORS[code]}: ${detail}`, options);
    this.name = 'DatastoreError';
    this.code = code;
    this.outage = PASSING.has(code) ? DATASTORE_ERRORS[code] : undefined;
  }
}
