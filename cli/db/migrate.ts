import { MaintenanceError } from '../../server/datastore/maintenance/errors.ts';
import { openMaintained } from '../../server/datastore/maintenance/open.ts';
import { migrateDatabase } from '../../server/datastore/maintenance/restore.ts';
import { databaseStatus } from '../../server/datastore/maintenance/status.ts';
import type { Invocation } from '../verb.ts';
import { databasePassword, datastoreDeps, readDatabaseConfig } from './config.ts';

export async function migrateSchema(_flags: object, invocation: Invocation): Promise<void> {
  const config = await readDatabaseConfig(invocation);
  const applied = async (): Promise<readonly string[]> => {
    const options = { databasePassword: databasePassword(invocation), readOnly: true };
    const database = await openMaintained(config, options);
    const status = await databaseStatus(database).finally(() => database.close());
    return status.applied;
  };
  const before = await applied().catch((error: unknown): readonly string[] => {
    if (error instanceof MaintenanceError && error.code === 'MAINTENANCE_NO_DATABASE') return [];
    throw error;
  });
  await migrateDatabase(config, datastoreDeps(invocation));
  const after = await applied();
  const added = after.filter((name) => !before.includes(name));
  const { stdout } = invocation.terminal;
  for (const name of added) stdout.write(`applied ${name}\n`);
  stdout.write(`the schema is up to date: ${after.at(-1) ?? ''}\n`);
}
