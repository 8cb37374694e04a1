import { constants } from 'node:fs';
import type { Stats } from 'node:fs';
import { open } from 'node:fs/promises';
import knex from 'knex';
import type { Knex } from 'knex';
import { describeError, systemCode } from '../../../runtime/errors.ts';
import { DatastoreError } from '../errors.ts';
import type { Database } from '../sql/database.ts';
import { migrate } from '../sql/migrate.ts';
import { SqlDatastore } from '../sql/sql-datastore.ts';
import type { QueryObserver } from '../sql/transactions.ts';

/** How long a statement waits for another process that holds the database locked. */
const BUSY_MS = 10_000;
const READERS = 2;
const WRITABLE_BY_OTHERS = 0o022;

/** Each server has a file of its own, so it is the only one in it. */
const SERVER_ID = '';

/**
 * Opens the datastore in one SQLite file and brings its schema up to date. The file is created for this user alone. A
 * damaged file, or one from a newer release, is refused and left as it is.
 * @throws DatastoreError
 */
export async function openSqlite(file: string, observe?: QueryObserver): Promise<SqlDatastore> {
  const database = await openDatabase(file);
  return SqlDatastore.over(database, { serverId: SERVER_ID, observe });
}

/** A session beside a server that may work on the file; it neither makes nor changes a schema. */
export function sqliteSession(file: string, { readOnly }: { readonly readOnly: boolean }) {
  const db = connect(file, { connections: 1, readOnly });
  return { db, explain: (error: unknown) => datastoreError(error, file) };
}

async function openDatabase(file: string): Promise<Database> {
  await createPrivately(file);
  // Its pool of one is the queue of transactions.
  const writer = connect(file, { connections: 1, readOnly: false });
  try {
    await checkIntegrity(writer, file);
    await migrate(writer, file);
  } catch (error) {
    await writer.destroy();
    throw datastoreError(error, file);
  }
  const reader = connect(file, { connections: READERS, readOnly: true });
  return {
    writer,
    reader,
    lock: nothingToDo,
    announce: nothingToDo,
    jsonList: (columns) => `json_group_array(json_array(${columns.join(', ')}))`,
    explain: (error) => datastoreError(error, file),
    damaged: (cause) => damagedRow(cause, file),
    natureOf: () => 'refused',
    follower: undefined,
    close: async () => {
      await reader.destroy();
      await writer.destroy();
    },
  };
}

/** The data directory is held by one server: there is nobody to keep out, and nobody to tell. */
const nothingToDo = (): Promise<void> => Promise.resolve();

/**
 * The write-ahead log and its index take over the mode of the database, so it has to be right before SQLite sees it. Who
 * can write to it makes himself an administrator: a file that others can change is refused.
 */
async function createPrivately(file: string): Promise<void> {
  let problem: string | undefined;
  try {
    // Opening a pipe would wait for its other end.
    const flags =
      constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW | constants.O_NONBLOCK;
    await using handle = await open(file, flags, 0o600);
    problem = safetyProblem(await handle.stat());
  } catch (error) {
    const reason = systemCode(error) === 'ELOOP' ? 'is a symbolic link' : describeError(error);
    throw new DatastoreError('DATASTORE_UNAVAILABLE', `${file}: ${reason}`, { cause: error });
  }
  if (problem !== undefined) {
    throw new DatastoreError('DATASTORE_UNAVAILABLE', `${file} ${problem}`);
  }
}

/** Why somebody else may have chosen what is in the file. */
function safetyProblem({ mode, uid }: Stats): string | undefined {
  if ((mode & constants.S_IFMT) !== constants.S_IFREG) return 'is not a regular file';
  if (uid !== process.geteuid!()) return `belongs to user ${uid}, not to the user running this`;
  if ((mode & WRITABLE_BY_OTHERS) === 0) return undefined;
  const octal = (mode & 0o7777).toString(8).padStart(4, '0');
  return `has mode ${octal}: others may have changed it (chmod 0600 if they have not)`;
}

function connect(file: string, options: { connections: number; readOnly: boolean }): Knex {
  return knex({
    client: 'sqlite3',
    connection: { filename: file },
    useNullAsDefault: true,
    log: SILENT,
    pool: {
      min: options.connections,
      max: options.connections,
      afterCreate: (connection: SqliteConnection, done: (error: Error | null) => void) => {
        connection.exec(pragmas(options.readOnly), done);
      },
    },
  });
}

/** Whatever Knex would write to the console, it throws too. */
const SILENT = { warn: nothing, error: nothing, debug: nothing, deprecate: nothing };

function nothing(): void {
  // nobody reads it
}

interface SqliteConnection {
  exec(sql: string, callback: (error: Error | null) => void): void;
}

/** FULL: a commit is on disk before it is acknowledged. */
function pragmas(readOnly: boolean): string {
  const common = `PRAGMA busy_timeout = ${BUSY_MS}; PRAGMA foreign_keys = ON;`;
  return readOnly
    ? `${common} PRAGMA query_only = ON;`
    : `${common} PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;`;
}

async function checkIntegrity(writer: Knex, file: string): Promise<void> {
  const rows = await writer.raw<{ quick_check: string }[]>('PRAGMA quick_check(1)');
  const verdict = rows[0]?.quick_check;
  if (verdict !== 'ok')
    throw new DatastoreError('DATASTORE_CORRUPT', damaged(file, verdict ?? 'no answer'));
}

const damaged = (file: string, detail: string): string =>
  `${file}: ${detail}. It is left as it is: restore a backup over it, or move it away to start empty`;

/** For what could not be made sense of when it was read. */
function damagedRow(cause: unknown, file: string): DatastoreError {
  const detail = `a record cannot be read (${describeError(cause)})`;
  return new DatastoreError('DATASTORE_CORRUPT', damaged(file, detail), { cause });
}

const FAILURES: Readonly<Record<string, (file: string, detail: string) => DatastoreError>> = {
  SQLITE_CORRUPT: (file, detail) => new DatastoreError('DATASTORE_CORRUPT', damaged(file, detail)),
  SQLITE_NOTADB: (file, detail) => new DatastoreError('DATASTORE_CORRUPT', damaged(file, detail)),
  SQLITE_BUSY: (file, detail) => new DatastoreError('DATASTORE_LOCKED', `${file}: ${detail}`),
  SQLITE_FULL: (file, detail) => new DatastoreError('DATASTORE_FULL', `${file}: ${detail}`),
};

/** What SQLite's failure means to an operator; errors that are ours already pass through. */
function datastoreError(error: unknown, file: string): DatastoreError {
  if (error instanceof DatastoreError) return error;
  const detail = describeError(error);
  const known = FAILURES[systemCode(error) ?? ''];
  const failure =
    known?.(file, detail) ?? new DatastoreError('DATASTORE_UNAVAILABLE', `${file}: ${detail}`);
  failure.cause = error;
  return failure;
}
