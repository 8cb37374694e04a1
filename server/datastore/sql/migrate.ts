import type { Knex } from 'knex';
import { DatastoreError } from '../errors.ts';
import { migrations as ours } from './migrations/list.ts';
import type { Migration } from './migrations/list.ts';

export interface SchemaState {
  /** In order of application. */
  readonly applied: readonly string[];
  /** Not known to this release. */
  readonly newer: readonly string[];
  readonly pending: readonly string[];
}

/** What of the schema is there and what is missing; changes nothing. */
export async function schemaState(
  db: Knex,
  migrations: readonly Migration[] = ours,
): Promise<SchemaState> {
  const applied = (await db.schema.hasTable('knex_migrations'))
    ? (await db<{ id: number; name: string }>('knex_migrations').orderBy('id').select('name')).map(
        ({ name }) => name,
      )
    : [];
  const known = migrations.map(({ name }) => name);
  return {
    applied,
    newer: applied.filter((name) => !known.includes(name)),
    pending: known.filter((name) => !applied.includes(name)),
  };
}

/**
 * Brings the schema up to date. One that a newer release has written is left as it is: usable when it says that servers
 * of this release may still use it, refused otherwise. Nobody else may migrate it at the same time.
 * @throws DatastoreError DATASTORE_NEWER
 */
export async function migrate(
  db: Knex,
  where: string,
  migrations: readonly Migration[] = ours,
): Promise<void> {
  const { newer } = await schemaState(db, migrations);
  if (newer.length > 0) return checkUsable(db, { newer, where, migrations });
  // A crash leaves the library's own lock behind; whoever calls keeps others out.
  if (await db.schema.hasTable('knex_migrations_lock')) {
    await db.migrate.forceFreeMigrationsLock();
  }
  await db.migrate.latest({
    migrationSource: {
      getMigrations: () => Promise.resolve([...migrations]),
      getMigrationName: ({ name }: Migration) => name,
      getMigration: (migration: Migration) => Promise.resolve(migration),
    },
  });
  const needs = migrations.map(({ name, needs }) => ({ migration: name, needs }));
  await db('schema_needs').insert(needs).onConflict('migration').merge();
}

async function checkUsable(
  db: Knex,
  context: {
    readonly newer: readonly string[];
    readonly where: string;
    readonly migrations: readonly Migration[];
  },
): Promise<void> {
  const { newer, where, migrations } = context;
  const known = new Set(migrations.map(({ name }) => name));
  const rows = (await db.schema.hasTable('schema_needs'))
    ? await db<{ migration: string; needs: string }>('schema_needs').whereIn('migration', newer)
    : [];
  const needs = new Map(rows.map((row) => [row.migration, row.needs]));
  const unusable = newer.find((name) => !known.has(needs.get(name) ?? name));
  if (unusable === undefined) return;
  throw new DatastoreError(
    'DATASTORE_NEWER',
    `${where} has ${unusable}; run the release that wrote it`,
  );
}
