import t from 'tap';
import { PostgresServer, noPostgres } from '../../../support/postgres.ts';
import { openPostgresStore } from '../../../support/postgres-store.ts';
import { datastoreContract } from '../contract.ts';

t.setTimeout(300_000);

t.test('PostgreSQL', { skip: noPostgres() ?? false }, async (t) => {
  const postgres = await PostgresServer.start(t);
  datastoreContract(t, (t) => openPostgresStore(t, postgres.createDatabase()));
});
