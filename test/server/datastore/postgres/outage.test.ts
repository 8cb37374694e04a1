import t from 'tap';
import type { Test } from 'tap';
import { systemClock } from '../../../../runtime/clock.ts';
import { parsePostgresUrl } from '../../../../server/datastore/postgres/location.ts';
import type { SqlDatastore } from '../../../../server/datastore/sql/sql-datastore.ts';
import { Registry } from '../../../../server/registry.ts';
import { Network } from '../../../support/network.ts';
import { PostgresServer, noPostgres } from '../../../support/postgres.ts';
import { openPostgresStore } from '../../../support/postgres-store.ts';
import { NOW, TRUST_DOMAIN, idOf, newEntry } from '../../../support/server-entries.ts';
import { addKey, keyIds } from '../bundle-contract.ts';

t.setTimeout(300_000);

const create = (store: SqlDatastore, id: string) =>
  store.entries.create([newEntry({ id, spiffeId: idOf(`/${id}`) })], NOW);

const turn = (): Promise<void> => systemClock.delay(10, new AbortController().signal);

/** Until the store has noticed that the database does not answer, or that it answers again. */
async function noticed(store: SqlDatastore, isReachable: boolean): Promise<void> {
  while ((store.unreachableSince === undefined) !== isReachable) await turn();
}

t.test('a database that goes away', { skip: noPostgres() ?? false }, async (t) => {
  await t.test('in the middle of writes (F-04, F-08)', async (t) => {
    const postgres = await PostgresServer.start(t);
    const store = await openPostgresStore(t, postgres.createDatabase());
    const registry = await Registry.load(store);
    const done: string[] = [];
    const failures: unknown[] = [];
    let isStopping = false;
    const writer = async (name: string): Promise<void> => {
      for (let count = 0; !isStopping; count++) {
        const id = `${name}-${count}`;
        await create(store, id).then(
          () => done.push(id),
          (error: unknown) => failures.push(error),
        );
        await turn();
      }
    };
    const writers = Promise.all(['a', 'b', 'c'].map(writer));
    t.teardown(() => (isStopping = true));
    while (done.length < 30) await turn();
    await postgres.stop('SIGQUIT');
    await noticed(store, false);
    const known = done.length;
    t.ok(registry.entries.find(done[0]!), 'what is known stays known');
    const startedAt = performance.now();
    await t.rejects(create(store, 'not-now'), { code: 'DATASTORE_UNAVAILABLE' });
    t.ok(performance.now() - startedAt < 1000, 'refused without waiting');
    await t.rejects(store.refresh(), { code: 'DATASTORE_UNAVAILABLE' });
    await postgres.run();
    await noticed(store, true);
    while (done.length < known + 10) await turn();
    isStopping = true;
    await writers;
    const stored = new Set((await store.entries.all()).map(({ id }) => id));
    t.strictSame(
      done.filter((id) => !stored.has(id)),
      [],
      'what was acknowledged is there',
    );
    t.ok(failures.length > 0);
    t.ok(failures.every((error) => (error as { code?: string }).code === 'DATASTORE_UNAVAILABLE'));
    await store.refresh();
    t.strictSame([...registry.entries.all()].length, stored.size, 'also what nobody heard of');
  });

  await t.test('that is halted answers nobody, and nobody waits for long (F-07)', async (t) => {
    const postgres = await PostgresServer.start(t);
    const store = await openPostgresStore(t, postgres.createDatabase(), { statementMs: 1000 });
    await Registry.load(store);
    postgres.signal('SIGSTOP');
    await t.rejects(create(store, 'x'), { code: 'DATASTORE_UNAVAILABLE' });
    await noticed(store, false);
    postgres.signal('SIGCONT');
    await noticed(store, true);
    t.match(await create(store, 'y'), [{ kind: 'created' }]);
  });

  await t.test('behind a network that is cut (F-17, F-18)', async (t) => {
    const postgres = await PostgresServer.start(t);
    const network = await Network.to(t, postgres.port);
    const url = postgres.createDatabase();
    const { port } = network;
    const location = { ...parsePostgresUrl(url), port };
    const cutOff = await openPostgresStore(t, url, { location, statementMs: 1000, serverId: 'b' });
    const other = await openPostgresStore(t, url, { serverId: 'a' });
    const registry = await Registry.load(cutOff);
    await create(cutOff, 'before');

    // It loses its connection while it holds the lock of all who write.
    const held = cutOff.bundles.update(TRUST_DOMAIN, (bundle) => {
      network.cut();
      return addKey('lost')(bundle);
    });
    const refused = t.rejects(held, { code: 'DATASTORE_UNAVAILABLE' });
    const outcome = await create(other, 'meanwhile');
    t.match(outcome, [{ kind: 'created' }], 'the others write on');
    await refused;
    await noticed(cutOff, false);
    t.ok(registry.entries.find('before'));

    network.heal();
    await noticed(cutOff, true);
    await cutOff.refresh();
    t.ok(registry.entries.find('meanwhile'), 'and what it missed is made up for');
    t.strictSame(keyIds(await other.bundles.find(TRUST_DOMAIN)), undefined);
    t.match(await create(cutOff, 'after'), [{ kind: 'created' }]);
  });

  await t.test('is slow, and nothing is lost or doubled (F-07)', async (t) => {
    const postgres = await PostgresServer.start(t);
    const network = await Network.to(t, postgres.port);
    const url = postgres.createDatabase();
    const location = { ...parsePostgresUrl(url), port: network.port };
    const store = await openPostgresStore(t, url, { location });
    const registry = await Registry.load(store);
    network.delayMs = 20;
    const ids = Array.from({ length: 40 }, (_, index) => `e${index}`);
    await Promise.all(ids.map((id) => create(store, id)));
    t.equal([...registry.entries.all()].length, 40);
    t.equal(store.unreachableSince, undefined);
  });

  await t.test('whose connections are all ended by its operator (F-08)', async (t) => {
    const postgres = await PostgresServer.start(t);
    const url = postgres.createDatabase();
    const store = await openPostgresStore(t, url);
    await Registry.load(store);
    await create(store, 'before');
    postgres.sql(
      'postgres',
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'vouchsafe'`,
    );
    let attempts = 0;
    for (let isCreated = false; !isCreated; attempts++) {
      isCreated = await create(store, `after-${attempts}`).then(
        () => true,
        () => false,
      );
      await turn();
    }
    t.ok(attempts <= 2, `${attempts} attempts`);
  });

  await t.test('that is read-only by default', async (t) => {
    const postgres = await PostgresServer.start(t);
    const url = postgres.createDatabase();
    const store = await openPostgresStore(t, url);
    postgres.sql('postgres', 'alter system set default_transaction_read_only = on');
    postgres.sql('postgres', 'select pg_reload_conf()');
    t.match(await create(store, 'x'), [{ kind: 'created' }], 'a default is not what counts');
  });
});

t.test('one that is not there', { skip: noPostgres() ?? false }, async (t) => {
  const postgres = await PostgresServer.start(t);
  const refusals: Readonly<Record<string, RegExp>> = {
    [postgres.url('none')]: /127\.0\.0\.1:\d+\/none: database "none" does not exist/,
    [postgres.url('postgres', { user: 'nobody' })]: /role "nobody" does not exist/,
    'postgres://me@127.0.0.1:1/x': /127\.0\.0\.1:1\/x: .*ECONNREFUSED/,
  };
  for (const [url, message] of Object.entries(refusals)) {
    await t.rejects(openPostgresStore(t, url), { code: 'DATASTORE_UNAVAILABLE', message });
  }
  postgres.sql(
    'postgres',
    `create database latin encoding 'SQL_ASCII' locale 'C' template template0`,
  );
  await t.rejects(openPostgresStore(t, postgres.url('latin')), {
    code: 'DATASTORE_UNAVAILABLE',
    message: /has encoding SQL_ASCII, and needs UTF8/,
  });
});

t.test('one of a newer release is refused', { skip: noPostgres() ?? false }, async (t: Test) => {
  const postgres = await PostgresServer.start(t);
  const url = postgres.createDatabase();
  await (await openPostgresStore(t, url)).close();
  postgres.sql(
    'vouchsafe_1',
    `insert into knex_migrations (name, batch, migration_time) values ('9999-future', 2, now())`,
  );
  const refusal = { code: 'DATASTORE_NEWER', message: /9999-future/ };
  await t.rejects(openPostgresStore(t, url), refusal);
});
