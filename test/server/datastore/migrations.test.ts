import { join } from 'node:path';
import { chmodSync } from 'node:fs';
import knex from 'knex';
import type { Knex } from 'knex';
import t from 'tap';
import type { Test } from 'tap';
import { migrate, schemaState } from '../../../server/datastore/sql/migrate.ts';
import { migrations } from '../../../server/datastore/sql/migrations/list.ts';
import { openSqlite } from '../../../server/datastore/sqlite/sqlite.ts';
import { NOW, newEntry } from '../../support/server-entries.ts';
import { temporaryDirectory } from '../../support/socket-path.ts';

function connect(file: string): Knex {
  return knex({ client: 'sqlite3', connection: { filename: file }, useNullAsDefault: true });
}

/** A database as the first release wrote it. */
async function firstRelease(t: Test): Promise<string> {
  const file = join(temporaryDirectory(t), 'db');
  const db = connect(file);
  const source = {
    getMigrations: () => Promise.resolve([migrations[0]!]),
    getMigrationName: ({ name }: (typeof migrations)[number]) => name,
    getMigration: (migration: (typeof migrations)[number]) => Promise.resolve(migration),
  };
  await db.migrate.latest({ migrationSource: source });
  await db('entries').insert({
    id: 'old',
    spiffe_id: 'spiffe://example.org/workload',
    parent_id: 'spiffe://example.org/spire/agent/join_token/one',
    selectors: '["unix:uid:1000"]',
    x509_svid_ttl: 60,
    jwt_svid_ttl: 0,
    federates_with: '[]',
    admin: 0,
    downstream: 0,
    dns_names: '[]',
    store_svid: 0,
    hint: '',
    revision_number: 3,
    created_at: NOW.getTime() / 1000,
  });
  await db('authorities').insert({
    kind: 'x509',
    slot: 'A',
    status: 'active',
    authority_id: 'aa',
    issued_at: 1,
    expires_at: 2,
    public_part: Buffer.from('key'),
  });
  await db.destroy();
  chmodSync(file, 0o600);
  return file;
}

t.test('a database of the first release is brought up to date with what is in it', async (t) => {
  const store = await openSqlite(await firstRelease(t));
  t.teardown(() => store.close());
  t.match(await store.entries.all(), [{ id: 'old', revisionNumber: 3, x509SvidTtlSeconds: 60 }]);
  t.match(
    await store.entries.create([newEntry()], NOW),
    [{ kind: 'similar', entry: { id: 'old' } }],
    'what was there counts',
  );
  t.match(await store.authorities.all(), [{ kind: 'x509', slot: 'A', authorityId: 'aa' }]);
  t.equal(store.changes.revision, 0);
});

t.test('a migration that was cut short is taken up again', async (t) => {
  const file = await firstRelease(t);
  const db = connect(file);
  await db('knex_migrations_lock').update({ is_locked: 1 });
  await db.destroy();
  const store = await openSqlite(file);
  t.teardown(() => store.close());
  t.equal((await store.entries.all()).length, 1);
});

const next = (needs: string): (typeof migrations)[number] => ({
  name: '9999-next',
  needs,
  up: (db) => db.schema.createTable('next', (table) => table.increments('row')),
  down: () => Promise.reject(new Error('forward only')),
});

t.test('a newer schema is usable when it says that it is (F-32)', async (t) => {
  const file = join(temporaryDirectory(t), 'db');
  await (await openSqlite(file)).close();
  const db = connect(file);
  await migrate(db, file, [...migrations, next(migrations.at(-1)!.name)]);
  t.strictSame((await schemaState(db)).newer, ['9999-next']);
  await db.destroy();
  const store = await openSqlite(file);
  t.teardown(() => store.close());
  t.match(await store.entries.create([newEntry()], NOW), [{ kind: 'created' }]);
});

t.test('a newer schema that needs a newer release is refused', async (t) => {
  const file = join(temporaryDirectory(t), 'db');
  await (await openSqlite(file)).close();
  const db = connect(file);
  await migrate(db, file, [...migrations, next('9999-next')]);
  await db.destroy();
  await t.rejects(openSqlite(file), { code: 'DATASTORE_NEWER', message: /9999-next; run the rel/ });
});

t.test('every migration needs itself or one before it', (t) => {
  const names = migrations.map(({ name }) => name);
  t.strictSame([...names].sort(), names, 'they are in the order of their numbers');
  for (const [index, { name, needs }] of migrations.entries()) {
    t.ok(names.indexOf(needs) >= 0 && names.indexOf(needs) <= index, name);
  }
  t.end();
});
