import { access } from 'node:fs/promises';
import { readPrivateFile } from '../../../runtime/private-file.ts';
import type { ServerConfig } from '../../config.ts';
import { postgresAccess, serverIdFile, sqliteFile } from '../open.ts';
import { postgresSession } from '../postgres/postgres.ts';
import { sqliteSession } from '../sqlite/sqlite.ts';
import { schemaState } from '../sql/migrate.ts';
import { explained } from './database.ts';
import type { MaintainedDatabase } from './database.ts';
import { MaintenanceError } from './errors.ts';

export type MaintainedConfig = Pick<ServerConfig, 'data_dir' | 'database'>;

export interface OpenOptions {
  /** Of the database, when the configuration names no file with it. */
  readonly databasePassword: string | undefined;
  readonly readOnly: boolean;
}

/**
 * Opens the database of a server as it is, which may be at work on it. @throws MaintenanceError MAINTENANCE_NO_DATABASE,
 * DatastoreError, RuntimeError
 */
export async function openMaintained(
  config: MaintainedConfig,
  options: OpenOptions,
): Promise<MaintainedDatabase> {
  const database = await session(config, options);
  try {
    const { applied } = await schemaState(database.db);
    if (applied.length === 0) throw noDatabase(database.where);
    return database;
  } catch (error) {
    await database.close();
    throw explained(error, database.explain);
  }
}

async function session(
  { data_dir: directory, database }: MaintainedConfig,
  { databasePassword, readOnly }: OpenOptions,
): Promise<MaintainedDatabase> {
  const serverId = (await readPrivateFile(serverIdFile(directory)))?.toString().trim() ?? '';
  if (database === undefined) {
    const where = sqliteFile(directory);
    // SQLite would make the file.
    await access(where).catch((cause: unknown) => {
      throw noDatabase(where, cause);
    });
    const { db, explain } = sqliteSession(where, { readOnly });
    return { engine: 'SQLite', where, db, explain, serverId, close: () => db.destroy() };
  }
  const { db, where, explain } = postgresSession(postgresAccess(database, databasePassword));
  return { engine: 'PostgreSQL', where, db, explain, serverId, close: () => db.destroy() };
}

const noDatabase = (where: string, cause?: unknown): MaintenanceError =>
  new MaintenanceError('MAINTENANCE_NO_DATABASE', `${where}; a server makes it when it starts`, {
    cause,
  });
