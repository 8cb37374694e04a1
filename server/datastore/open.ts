import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Clock } from '../../runtime/clock.ts';
import type { Log } from '../../runtime/log.ts';
import { readPrivateFile, writePrivateFile } from '../../runtime/private-file.ts';
import type { ServerConfig } from '../config.ts';
import type { Datastore } from './datastore.ts';
import type { PostgresAccess } from './postgres/connection.ts';
import { openPostgres } from './postgres/postgres.ts';
import { openSqlite } from './sqlite/sqlite.ts';
import type { QueryObserver } from './sql/transactions.ts';

export interface DatastoreDeps {
  /** Used when the configuration names no file with it. */
  readonly databasePassword: string | undefined;
  readonly observe?: QueryObserver;
  readonly clock: Clock;
  readonly log: Log;
}

/** Opens the datastore that the configuration names. @throws DatastoreError, RuntimeError */
export async function openDatastore(
  { data_dir: directory, database }: Pick<ServerConfig, 'data_dir' | 'database'>,
  { databasePassword, observe, clock, log }: DatastoreDeps,
): Promise<Datastore> {
  if (database === undefined) return openSqlite(sqliteFile(directory), observe);
  const options = {
    ...postgresAccess(database, databasePassword),
    serverId: await serverId(directory),
    maxConnections: database.max_connections,
    statementMs: database.statement_timeout * 1000,
    observe,
  };
  return openPostgres(options, { clock, log, random: Math.random });
}

export const sqliteFile = (directory: string): string => join(directory, 'datastore.sqlite');
export const serverIdFile = (directory: string): string => join(directory, 'server-id');

export function postgresAccess(
  database: NonNullable<ServerConfig['database']>,
  password: string | undefined,
): PostgresAccess {
  return {
    location: database.url,
    passwordFile: database.password_file,
    password,
    caFile: database.ca_file,
    certificateFile: database.cert_file,
    keyFile: database.key_file,
  };
}

/** Which authorities on the shared database are those whose keys this directory has. */
export async function serverId(directory: string): Promise<string> {
  const file = serverIdFile(directory);
  const stored = (await readPrivateFile(file))?.toString().trim();
  if (stored !== undefined && stored !== '') return stored;
  const created = randomUUID();
  await writePrivateFile(file, `${created}\n`);
  return created;
}
