import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Clock } from '../../runtime/clock.ts';
import type { Log } from '../../runtime/log.ts';
import { readPrivateFile, writePrivateFile } from '../../runtime/private-file.ts';
import type { ServerConfig } from '../config.ts';
import type { Datastore } from './datastore.ts';
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
  if (database === undefined) return openSqlite(join(directory, 'datastore.sqlite'), observe);
  const options = {
    location: database.url,
    passwordFile: database.password_file,
    password: databasePassword,
    caFile: database.ca_file,
    certificateFile: database.cert_file,
    keyFile: database.key_file,
    serverId: await serverId(join(directory, 'server-id')),
    maxConnections: database.max_connections,
    statementMs: database.statement_timeout * 1000,
    observe,
  };
  return openPostgres(options, { clock, log, random: Math.random });
}

/** Which authorities on the shared database are those whose keys this directory has. */
async function serverId(file: string): Promise<string> {
  const stored = (await readPrivateFile(file))?.toString().trim();
  if (stored !== undefined && stored !== '') return stored;
  const created = randomUUID();
  await writePrivateFile(file, `${created}\n`);
  return created;
}
