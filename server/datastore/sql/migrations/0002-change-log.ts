import { createHash } from 'node:crypto';
import type { Knex } from 'knex';

const PAGE = 1000;

interface EntryColumns {
  readonly row: number;
  readonly parent_id: string;
  readonly spiffe_id: string;
  readonly selectors: string;
}

/** What several servers on one database need: who wrote what, in which order, and whose authorities are whose. */
export async function up(db: Knex): Promise<void> {
  await db.schema.createTable('revision', (table) => {
    table.integer('only').primary().comment('one row: who has it locked is the one who writes');
    table.bigInteger('value').notNullable();
  });
  await db('revision').insert({ only: 1, value: 0 });
  await db.schema.createTable('schema_needs', (table) => {
    table.string('migration', 255).primary();
    table.string('needs', 255).notNullable().comment('what a server must know to use the result');
  });
  await db.schema.createTable('changes', (table) => {
    table.bigInteger('revision').primary();
    table.string('kind', 16).notNullable();
    table.text('id').notNullable();
  });
  await numberServers(db);
  await fingerprintEntries(db);
}

async function numberServers(db: Knex): Promise<void> {
  await db.schema.createTable('server_authorities', (table) => {
    table.string('server_id', 64).notNullable();
    table.string('kind', 8).notNullable();
    table.string('slot', 1).notNullable();
    table.string('status', 16).notNullable();
    table.string('authority_id', 64).notNullable();
    table.bigInteger('issued_at').notNullable();
    table.bigInteger('expires_at').notNullable();
    table.binary('public_part').notNullable();
    table.primary(['server_id', 'kind', 'slot']);
  });
  const rows = await db<object>('authorities').select('*');
  for (const row of rows) await db('server_authorities').insert({ ...row, server_id: '' });
  await db.schema.dropTable('authorities');
  await db.schema.renameTable('server_authorities', 'authorities');
}

/** As entries have it from now on; written out, for what a migration did must never change. */
function fingerprint({ parent_id, spiffe_id, selectors }: EntryColumns): string {
  const text = JSON.stringify([parent_id, spiffe_id, selectors]);
  return createHash('sha256').update(text).digest('hex');
}

/** A list of selectors can be longer than an index takes. */
async function fingerprintEntries(db: Knex): Promise<void> {
  await db.schema.alterTable('entries', (table) => {
    table.string('fingerprint', 64);
    table.dropUnique(['parent_id', 'spiffe_id', 'selectors']);
  });
  for (let last = 0; ;) {
    const rows = await db<EntryColumns>('entries')
      .where('row', '>', last)
      .orderBy('row')
      .limit(PAGE);
    for (const row of rows) {
      await db('entries')
        .where({ row: row.row })
        .update({ fingerprint: fingerprint(row) });
    }
    const end = rows.at(-1);
    if (end === undefined) break;
    last = end.row;
  }
  await db.schema.alterTable('entries', (table) => table.unique(['fingerprint']));
}

/** Forward only: going back is restoring a backup. */
export function down(): Promise<void> {
  return Promise.reject(new Error('migrations are forward only'));
}
