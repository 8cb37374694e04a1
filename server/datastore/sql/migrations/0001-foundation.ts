import type { Knex } from 'knex';

/** Times are unix seconds; identities, hashes and serial numbers text; `row` is the order of creation, which pages follow. */
export async function up(db: Knex): Promise<void> {
  await db.schema.createTable('entries', (table) => {
    table.increments('row');
    table.string('id', 255).notNullable().unique();
    table.string('spiffe_id', 2048).notNullable();
    table.string('parent_id', 2048).notNullable();
    table.text('selectors').notNullable().comment('JSON list of TYPE:VALUE, sorted');
    table.integer('x509_svid_ttl').notNullable();
    table.integer('jwt_svid_ttl').notNullable();
    table.text('federates_with').notNullable().comment('JSON list of trust domain names');
    table.boolean('admin').notNullable();
    table.boolean('downstream').notNullable();
    table.bigInteger('expires_at');
    table.text('dns_names').notNullable().comment('JSON list, in order');
    table.boolean('store_svid').notNullable();
    table.string('hint', 1024).notNullable();
    table.text('additional_attributes').comment('JSON object, null when the client sent none');
    table.bigInteger('revision_number').notNullable();
    table.bigInteger('created_at').notNullable();
    table.unique(['parent_id', 'spiffe_id', 'selectors']);
  });
  await db.schema.createTable('agents', (table) => {
    table.increments('row');
    table.string('id', 2048).notNullable().unique();
    table.string('attestation_type', 255).notNullable();
    table.string('serial_number', 64).comment('decimal; null once banned');
    table.bigInteger('expires_at');
    table.string('renewed_serial_number', 64);
    table.bigInteger('renewed_expires_at');
    table.boolean('can_reattest').notNullable();
    table.text('selectors').notNullable();
    table.string('agent_version', 255).notNullable();
  });
  await db.schema.createTable('join_tokens', (table) => {
    table.string('hash', 64).primary();
    table.bigInteger('expires_at').notNullable();
    table.string('alias_id', 2048);
    table.string('public_key_hash', 64).comment('of the key it was consumed for; null before');
  });
  await db.schema.createTable('bundles', (table) => {
    table.string('trust_domain', 255).primary();
    table.text('sequence_number').notNullable().comment('uint64, decimal');
    table.bigInteger('refresh_hint').notNullable();
    table.text('x509_authorities').notNullable();
    table.text('jwt_authorities').notNullable();
  });
  await db.schema.createTable('authorities', (table) => {
    table.string('kind', 8).notNullable();
    table.string('slot', 1).notNullable();
    table.string('status', 16).notNullable();
    table.string('authority_id', 64).notNullable();
    table.bigInteger('issued_at').notNullable();
    table.bigInteger('expires_at').notNullable();
    table.binary('public_part').notNullable();
    table.primary(['kind', 'slot']);
  });
}

/** Forward only: going back is restoring a backup. */
export function down(): Promise<void> {
  return Promise.reject(new Error('migrations are forward only'));
}
