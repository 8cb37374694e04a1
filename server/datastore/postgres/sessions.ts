import knex from 'knex';
import type { Knex } from 'knex';
import type pg from 'pg';
import type { PostgresAccess } from './connection.ts';
import { clientConfig } from './connection.ts';

/** A connection that nobody used for so long is closed. */
const IDLE_MS = 30_000;
/** How long a statement waits for a connection of the pool. */
const ACQUIRE_MS = 5_000;
/** More than the time limit of a statement: what the database itself ends says why. */
const SILENCE_MARGIN_MS = 2_000;

export interface SessionLimits {
  /** How many at once. */
  readonly connections: number;
  /** The longest a statement runs; undefined for those that change the schema. */
  readonly statementMs: number | undefined;
}

/** A pool of sessions that are all set up alike, whatever the database's own settings are. */
export function sessions(access: PostgresAccess, limits: SessionLimits): Knex {
  const { connections, statementMs } = limits;
  const silenceMs = statementMs === undefined ? undefined : statementMs + SILENCE_MARGIN_MS;
  return knex({
    client: 'pg',
    // A function, for what is not one is copied, and with it what the files held then.
    connection: () => clientConfig(access, silenceMs) as Knex.PgConnectionConfig,
    acquireConnectionTimeout: ACQUIRE_MS,
    log: SILENT,
    pool: {
      min: 0,
      max: connections,
      idleTimeoutMillis: IDLE_MS,
      afterCreate: (client: pg.Client, done: (error: Error | null, client: pg.Client) => void) => {
        client.query(setUp(statementMs)).then(
          () => done(null, client),
          (error: unknown) => done(error as Error, client),
        );
      },
    },
  });
}

/** Whatever Knex would write to the console, it throws too. */
const SILENT = { warn: nothing, error: nothing, debug: nothing, deprecate: nothing };

function nothing(): void {
  // nobody reads it
}

/**
 * A server that is cut off in the middle of a transaction holds what it has locked until the database gives up on it.
 * A commit is on disk before it is acknowledged, where the database would have it otherwise.
 */
function setUp(statementMs = 0): string {
  const idleMs = statementMs === 0 ? 0 : Math.max(statementMs, 1_000);
  return `
    set default_transaction_isolation = 'read committed';
    set default_transaction_read_only = off;
    set statement_timeout = ${statementMs};
    set lock_timeout = ${statementMs};
    set idle_in_transaction_session_timeout = ${idleMs};
    set client_min_messages = warning;
    set standard_conforming_strings = on;
    select set_config('synchronous_commit', 'on', false)
      where current_setting('synchronous_commit') = 'off'`;
}
