import type { Knex } from 'knex';
import { describeError } from '../../../runtime/errors.ts';
import { DatastoreError } from '../errors.ts';
import type { Database } from '../sql/database.ts';
import { migrate } from '../sql/migrate.ts';
import { SqlDatastore } from '../sql/sql-datastore.ts';
import type { QueryObserver } from '../sql/transactions.ts';
import type { PostgresAccess } from './connection.ts';
import { datastoreError, natureOf } from './failures.ts';
import { CHANNEL, PostgresFollower } from './follower.ts';
import type { FollowerDeps } from './follower.ts';
import { formatLocation } from './location.ts';
import { sessions } from './sessions.ts';

/** The smallest version that gets fixes, and whose features are used. */
const MIN_VERSION = 130_000;
/** Any number that nothing else on the database uses: the letters `vouchsaf`. */
const MIGRATION_LOCK = '8534995652679360870';

export interface PostgresOptions extends PostgresAccess {
  /** Of this server alone, among those that share the database. */
  readonly serverId: string;
  /** Connections to it at once, three or more. */
  readonly maxConnections: number;
  readonly statementMs: number;
  readonly observe?: QueryObserver | undefined;
}

/**
 * Opens the datastore in a PostgreSQL database, which other servers may use at the same time, and brings its schema up to
 * date. One from a newer release that does not suit this one is refused and left as it is.
 * @throws DatastoreError, RuntimeError FILE_UNREADABLE
 */
export async function openPostgres(
  options: PostgresOptions,
  deps: Pick<FollowerDeps, 'clock' | 'log' | 'random'>,
): Promise<SqlDatastore> {
  const { serverId, statementMs, maxConnections, observe } = options;
  const where = formatLocation(options.location);
  await prepare(options, where);
  const writer = sessions(options, { connections: 1, statementMs });
  // One more listens.
  const reader = sessions(options, { connections: maxConnections - 2, statementMs });
  const follower = new PostgresFollower({ access: options, serverId, where, ...deps });
  const database: Database = {
    writer,
    reader,
    lock: async (tx) => {
      await tx('revision').where({ only: 1 }).forUpdate().first('value');
    },
    announce: async (tx) => {
      await tx.raw('select pg_notify(?, ?)', [CHANNEL, serverId]);
    },
    jsonList: (columns) => `json_agg(json_build_array(${columns.join(', ')}))`,
    explain: (error) => datastoreError(error, where),
    damaged: (cause) => damagedRow(cause, where),
    natureOf,
    follower,
    close: async () => {
      await follower.close();
      await reader.destroy();
      await writer.destroy();
    },
  };
  return SqlDatastore.over(database, { serverId, observe });
}

/** A session beside the servers that work on the database; it neither makes nor changes a schema. */
export function postgresSession(access: PostgresAccess) {
  const where = formatLocation(access.location);
  const db = sessions(access, { connections: 1, statementMs: undefined });
  return { db, where, explain: (error: unknown) => datastoreError(error, where) };
}

/** Servers that start together migrate one after the other. */
async function prepare(access: PostgresAccess, where: string): Promise<void> {
  // One session holds the lock, another one migrates.
  const guard = sessions(access, { connections: 1, statementMs: undefined });
  const migrating = sessions(access, { connections: 1, statementMs: undefined });
  try {
    await checkVersion(guard, where);
    await guard.transaction(async (tx) => {
      await tx.raw('select pg_advisory_xact_lock(?::bigint)', [MIGRATION_LOCK]);
      await migrate(migrating, where);
    });
  } catch (error) {
    throw datastoreError(error, where);
  } finally {
    await guard.destroy();
    await migrating.destroy();
  }
}

async function checkVersion(db: Knex, where: string): Promise<void> {
  const { rows } = await db.raw<{ rows: { version: string; encoding: string }[] }>(
    `select current_setting('server_version_num') as version,
      current_setting('server_encoding') as encoding`,
  );
  const { version, encoding } = rows[0]!;
  if (Number(version) < MIN_VERSION) {
    const needed = Math.floor(MIN_VERSION / 10_000);
    throw new DatastoreError(
      'DATASTORE_UNAVAILABLE',
      `${where} is older than PostgreSQL ${needed}`,
    );
  }
  if (encoding === 'UTF8') return;
  const problem = `has encoding ${encoding}, and needs UTF8`;
  throw new DatastoreError('DATASTORE_UNAVAILABLE', `${where} ${problem}`);
}

/** For what could not be made sense of when it was read. */
function damagedRow(cause: unknown, where: string): DatastoreError {
  const detail = `a record cannot be read (${describeError(cause)})`;
  const remedy = 'It is left as it is: restore a backup over it';
  return new DatastoreError('DATASTORE_CORRUPT', `${where}: ${detail}. ${remedy}`, { cause });
}
