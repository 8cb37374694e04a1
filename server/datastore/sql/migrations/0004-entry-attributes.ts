import type { Knex } from 'knex';

/** What SPIRE's entries have no field for. A server that does not know the column leaves it as it is. */
export async function up(db: Knex): Promise<void> {
  await db.schema.alterTable('entries', (table) => {
    table.text('attributes').comment('JSON; null for none');
  });
}

/** Forward only: going back is restoring a backup. */
export function down(): Promise<void> {
  return Promise.reject(new Error('migrations are forward only'));
}
