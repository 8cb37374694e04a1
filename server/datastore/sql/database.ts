import type { Knex } from 'knex';
import type { DatastoreError } from '../errors.ts';

/** Hears of what other processes commit. */
export interface Follower {
  /** Since when the database does not answer; undefined while it does. */
  readonly unreachableSince: Date | undefined;
  /** Calls `catchUp` whenever there may be something new; resolves once it has done so for the first time. */
  start(catchUp: () => Promise<void>): Promise<void>;
}

/**
 * Of a failed transaction: it was given up for the sake of another one and may succeed when run again; the database was
 * lost, and nobody knows whether it has happened; or it was refused for what it is.
 */
export type FailureNature = 'given_up' | 'lost' | 'refused';

/** What one engine does in its own way; everything else is the same SQL for all. */
export interface Database {
  /** Where transactions that write run. One at a time in each process. */
  readonly writer: Knex;
  /** Reads beside the writer, each from a committed state. */
  readonly reader: Knex;
  /** Called first in each transaction that writes: keeps other processes out until it ends. */
  lock(tx: Knex.Transaction): Promise<void>;
  /** Called last in a transaction that changed something: other processes hear of it once it is committed. */
  announce(tx: Knex.Transaction): Promise<void>;
  /** SQL that makes one JSON list of all rows, each a list of these columns: far less work than a row at a time. */
  readonly jsonList: (columns: readonly string[]) => string;
  /** What a failure means to an operator; errors that are ours already pass through. */
  explain(error: unknown): DatastoreError;
  /** For a row that could not be made sense of. */
  damaged(cause: unknown): DatastoreError;
  natureOf(error: unknown): FailureNature;
  /** Undefined where no other process writes. */
  readonly follower: Follower | undefined;
  close(): Promise<void>;
}
