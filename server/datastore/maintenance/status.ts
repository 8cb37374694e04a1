import { readRevision } from '../sql/change-log.ts';
import { schemaState } from '../sql/migrate.ts';
import { snapshot } from './database.ts';
import type { MaintainedDatabase } from './database.ts';
import { TABLES } from './tables.ts';

export interface DatabaseStatus {
  readonly engine: MaintainedDatabase['engine'];
  readonly where: string;
  /** Migrations, in order of application. */
  readonly applied: readonly string[];
  /** Those that a server of this release would make. */
  readonly pending: readonly string[];
  /** Those of a newer release. */
  readonly newer: readonly string[];
  readonly revision: number;
  /** Rows by table; a table that is still to come is missing. */
  readonly rows: Readonly<Record<string, number>>;
}

/** How a database is; changes nothing. @throws DatastoreError */
export function databaseStatus(database: MaintainedDatabase): Promise<DatabaseStatus> {
  const { engine, where } = database;
  return snapshot(database, async (tx) => {
    const schema = await schemaState(tx);
    const rows: Record<string, number> = {};
    for (const { name } of TABLES) {
      if (!(await tx.schema.hasTable(name))) continue;
      const [row] = await tx(name).count<{ count: number | string }[]>({ count: '*' });
      rows[name] = Number(row!.count);
    }
    const hasRevision = await tx.schema.hasTable('revision');
    return { engine, where, ...schema, rows, revision: hasRevision ? await readRevision(tx) : 0 };
  });
}
