import knex from 'knex';
import type { Knex } from 'knex';
import t from 'tap';
import type { Test } from 'tap';
import { NO_ATTRIBUTES } from '../../../../runtime/entry-attributes.ts';
import { migrate } from '../../../../server/datastore/sql/migrate.ts';
import { migrations } from '../../../../server/datastore/sql/migrations/list.ts';
import type { Migration } from '../../../../server/datastore/sql/migrations/list.ts';
import { PostgresServer, noPostgres } from '../../../support/postgres.ts';
import { openPostgresStore } from '../../../support/postgres-store.ts';
import { NOW, newEntry } from '../../../support/server-entries.ts';

t.setTimeout(120_000);

/** A session as a server of some release has it. */
function connect(t: Test, url: string): Knex {
  const db = knex({ client: 'pg', connection: url, pool: { min: 0, max: 1 } });
  t.teardown(() => db.destroy());
  return db;
}

/** A database as a release wrote it that knew these. */
async function written(t: Test, url: string, known: readonly Migration[]): Promise<Knex> {
  const db = connect(t, url);
  await db.migrate.latest({
    migrationSource: {
      getMigrations: () => Promise.resolve([...known]),
      getMigrationName: ({ name }: Migration) => name,
      getMigration: (migration: Migration) => Promise.resolve(migration),
    },
  });
  return db;
}

const ROW = {
  id: 'old',
  spiffe_id: 'spiffe://example.org/workload',
  parent_id: 'spiffe://example.org/spire/agent/join_token/one',
  selectors: '["unix:uid:1000"]',
  ...{ x509_svid_ttl: 60, jwt_svid_ttl: 0, federates_with: '[]', admin: false, downstream: false },
  ...{ dns_names: '[]', store_svid: false, hint: '', revision_number: 3 },
  created_at: NOW.getTime() / 1000,
};

t.test('PostgreSQL', { skip: noPostgres() ?? false }, async (t) => {
  const postgres = await PostgresServer.start(t);

  for (const count of migrations.keys()) {
    if (count === 0) continue;
    const last = migrations[count - 1]!.name;
    t.test(`a database of ${last} is brought up to date with what is in it`, async (t) => {
      const url = postgres.createDatabase();
      const db = await written(t, url, migrations.slice(0, 1));
      await db('entries').insert(ROW);
      if (count > 1) await migrate(db, url, migrations.slice(0, count));
      const store = await openPostgresStore(t, url);
      t.match(await store.entries.all(), [
        { id: 'old', revisionNumber: 3, x509SvidTtlSeconds: 60 },
      ]);
      t.match(
        await store.entries.create([newEntry()], NOW),
        [{ kind: 'similar', entry: { id: 'old' } }],
        'what was there counts',
      );
    });
  }

  t.test(
    'F-32 a server of the migration before works on it, and loses nothing of it',
    async (t) => {
      const url = postgres.createDatabase();
      const store = await openPostgresStore(t, url);
      const attributes = { ...NO_ATTRIBUTES, owner: 'payments' };
      await store.entries.create([newEntry({ id: 'new', attributes })], NOW);
      const before = connect(t, url);
      await t.resolves(migrate(before, url, migrations.slice(0, -1)), 'it starts');
      // What such a server writes names the columns that it knows.
      await before('entries').where({ id: 'new' }).update({ hint: 'h', revision_number: 1 });
      await before('entries').insert({ ...ROW, id: 'its', fingerprint: 'f', hint: 'its' });
      const found = await store.entries.all();
      t.match(found, [
        { id: 'new', hint: 'h', attributes },
        { id: 'its', hint: 'its' },
      ]);
      t.equal(found[1]?.attributes, undefined);
    },
  );

  t.test('F-32 one that is too old for it is refused, and changes nothing', async (t) => {
    const url = postgres.createDatabase();
    await openPostgresStore(t, url);
    const old = connect(t, url);
    await t.rejects(migrate(old, url, migrations.slice(0, 1)), { code: 'DATASTORE_NEWER' });
    const names = (await old<{ name: string }>('knex_migrations').select('name')).length;
    t.equal(names, migrations.length);
  });
});
