import type { Knex } from 'knex';

/** Where bundles of other trust domains are fetched. A server that does not know the table loses nothing by it. */
export async function up(db: Knex): Promise<void> {
  await db.schema.createTable('federation_relationships', (table) => {
    table.string('trust_domain', 255).primary();
    table.string('url', 2048).notNullable();
    table.string('profile', 16).notNullable().comment('https_web or https_spiffe');
    table.string('endpoint_id', 2048).comment('SPIFFE ID; null but for https_spiffe');
  });
}

/** Forward only: going back is restoring a backup. */
export function down(): Promise<void> {
  return Promise.reject(new Error('migrations are forward only'));
}
