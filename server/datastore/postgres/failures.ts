import { describeError, systemCode } from '../../../runtime/errors.ts';
import { DatastoreError } from '../errors.ts';
import type { DatastoreErrorCode } from '../errors.ts';
import type { FailureNature } from '../sql/database.ts';

/** Classes of SQLSTATE (PostgreSQL, appendix A), or whole ones, the more exact first. */
const NATURES: readonly (readonly [state: string, nature: FailureNature])[] = [
  ['40001', 'given_up'], // serialization failure
  ['40P01', 'given_up'], // deadlock
  ['57P01', 'given_up'], // an operator ended the session
  ['55P03', 'lost'], // lock not available
  ['25006', 'lost'], // read-only: a standby, or a primary that is being taken down
  ['25P03', 'lost'], // idle in a transaction for too long
  ['08', 'lost'], // connection
  ['28', 'lost'], // who we are, which a new password may mend
  ['53', 'lost'], // resources
  ['57', 'lost'], // an operator, or a timeout
  ['58', 'lost'], // the system under it
];

const CODES: readonly (readonly [state: string, code: DatastoreErrorCode])[] = [
  ['53100', 'DATASTORE_FULL'],
  ['55P03', 'DATASTORE_LOCKED'],
  ['XX001', 'DATASTORE_CORRUPT'],
  ['XX002', 'DATASTORE_CORRUPT'],
];

const SQLSTATE = /^[0-9A-Z]{5}$/;

/** What came of a transaction that failed. Whatever the database did not refuse by itself has lost its connection. */
export function natureOf(error: unknown): FailureNature {
  if (error instanceof DatastoreError) return 'refused';
  const state = stateOf(error);
  if (state !== undefined) {
    return NATURES.find(([start]) => state.startsWith(start))?.[1] ?? 'refused';
  }
  return isOfConnection(error) ? 'lost' : 'refused';
}

/** What a failure means to an operator; errors that are ours already pass through. */
export function datastoreError(error: unknown, where: string): DatastoreError {
  if (error instanceof DatastoreError) return error;
  const state = stateOf(error);
  const code = CODES.find(([known]) => known === state)?.[1] ?? 'DATASTORE_UNAVAILABLE';
  return new DatastoreError(code, `${where}: ${describeError(error)}`, { cause: error });
}

function stateOf(error: unknown): string | undefined {
  const code = systemCode(error);
  return code !== undefined && SQLSTATE.test(code) ? code : undefined;
}

/** The client's own failures have no code. */
const OF_CONNECTION =
  /connection (?:terminated|error|ended)|terminat(?:ed|ing) connection|not queryable|timeout|no answer|Unable to acquire/i;
/** Of the operating system, and of TLS. */
const SYSTEM_CODE = /^(?:E[A-Z0-9]+|ERR_\w+|CERT_\w+|UNABLE_TO_\w+|\w*SELF_SIGNED_CERT\w*)$/;

function isOfConnection(error: unknown): boolean {
  const code = systemCode(error);
  return code === undefined ? OF_CONNECTION.test(describeError(error)) : SYSTEM_CODE.test(code);
}
