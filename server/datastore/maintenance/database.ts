import type { Knex } from 'knex';
import { RuntimeError } from '../../../runtime/errors.ts';
import { MaintenanceError } from './errors.ts';
import type { DatastoreError } from '../errors.ts';

/** A database beside or without a server that works on it. */
export interface MaintainedDatabase {
  readonly engine: 'SQLite' | 'PostgreSQL';
  /** For people. */
  readonly where: string;
  readonly db: Knex;
  /** Under which the authorities are this server's where several share a database; empty before they did. */
  readonly serverId: string;
  /** What a failure means to an operator. */
  readonly explain: (error: unknown) => DatastoreError;
  close(): Promise<void>;
}

/** Everything as it was at one moment. */
export function snapshot<T>(
  { db, engine, explain }: MaintainedDatabase,
  work: (tx: Knex.Transaction) => Promise<T>,
): Promise<T> {
  // SQLite's transactions are that by themselves.
  const config = engine === 'SQLite' ? {} : { isolationLevel: 'repeatable read', readOnly: true };
  return db.transaction(work, config as Knex.TransactionConfig).catch((error: unknown) => {
    throw explained(error, explain);
  });
}

/** What a failure means, where it is the database's: a dump that cannot be read or written has said it already. */
export function explained(error: unknown, explain: MaintainedDatabase['explain']): Error {
  const isTold = error instanceof MaintenanceError || error instanceof RuntimeError;
  return isTold ? error : explain(error);
}
