import { join } from 'node:path';
import t from 'tap';
import type { Test } from 'tap';
import { dump } from '../../../../server/datastore/maintenance/dump.ts';
import { openMaintained } from '../../../../server/datastore/maintenance/open.ts';
import type { MaintainedConfig } from '../../../../server/datastore/maintenance/open.ts';
import { importDump } from '../../../../server/datastore/maintenance/restore.ts';
import { databaseStatus } from '../../../../server/datastore/maintenance/status.ts';
import { PostgresServer, noPostgres } from '../../../support/postgres.ts';
import { dumpLines, emptyConfig, furnish, given, maintenanceDeps } from '../../../support/dumps.ts';
import { call, startTestServer } from '../../../support/test-server.ts';

t.setTimeout(300_000);

interface Row {
  readonly table: string;
  readonly row: Readonly<Record<string, unknown>>;
}

/** What was dumped, but for when it was and whose the authorities are. */
const contentOf = (lines: readonly string[]): unknown[] =>
  lines.slice(1, -1).map((line) => {
    const { table, row } = JSON.parse(line) as Row;
    return { table, row: { ...row, server_id: undefined } };
  });
const headerOf = (lines: readonly string[]) => JSON.parse(lines[0]!) as { revision: number };

type Engine = 'SQLite' | 'PostgreSQL';
const postgres = noPostgres() === undefined ? await PostgresServer.start(t) : undefined;
const ENGINES: readonly Engine[] = postgres === undefined ? ['SQLite'] : ['SQLite', 'PostgreSQL'];
const urlOf = (engine: Engine): string | undefined =>
  engine === 'SQLite' ? undefined : postgres!.createDatabase();

async function furnished(t: Test, engine: Engine) {
  const url = urlOf(engine);
  const settings = url === undefined ? {} : { database: { url } };
  const server = await startTestServer(t, { settings });
  await furnish(server);
  const config = { ...emptyConfig(t, url), data_dir: join(server.directory, 'data') };
  return { server, config };
}

for (const from of ENGINES) {
  for (const to of ENGINES) {
    t.test(`from ${from} to ${to} nothing is lost, and the server runs on it`, async (t) => {
      const { server, config } = await furnished(t, from);
      const lines = await dumpLines(config);
      await server.close();
      const url = urlOf(to);
      // The keys stay where they are, as when a server is moved to another database.
      const { data_dir } = from === 'SQLite' && to === 'SQLite' ? emptyConfig(t) : config;
      const target: MaintainedConfig = { ...emptyConfig(t, url), data_dir };
      const { rows } = await importDump(target, given(lines), maintenanceDeps);
      t.match(rows, { entries: 3, agents: 2, bundles: 2, join_tokens: 3, authorities: 2 });
      t.match(rows, { federation_relationships: 1 });
      const copied = await dumpLines(target);
      t.strictSame(contentOf(copied), contentOf(lines));
      t.equal(headerOf(copied).revision, headerOf(lines).revision);
      const settings = {
        data_dir: target.data_dir,
        ...(url === undefined ? {} : { database: { url } }),
      };
      const moved = await startTestServer(t, { settings });
      const entries = moved.local('entry');
      const { entries: listed } = await call(entries, entries.ListEntries, {});
      t.strictSame(
        listed.map(({ id }) => id).slice(-2),
        ['full', 'plain'],
        'in the order of their creation',
      );
      if (from === to && to === 'SQLite') return;
      const bundles = moved.local('bundle');
      const { x509_authorities } = await call(bundles, bundles.GetBundle, {});
      t.equal(x509_authorities.length, 1, 'with the authority it had');
    });
  }
}

t.test('a dump is of one moment, whatever is written meanwhile', async (t) => {
  const { server, config } = await furnished(t, 'SQLite');
  const entries = server.local('entry');
  const database = await openMaintained(config, { databasePassword: undefined, readOnly: true });
  const lines: string[] = [];
  await dump(database, {
    now: new Date(0),
    write: async (line) => {
      if (lines.length === 1) await call(entries, entries.BatchDeleteEntry, { ids: ['plain'] });
      lines.push(line);
    },
  });
  await database.close();
  t.equal(lines.filter((line) => line.includes('"id":"plain"')).length, 1);
  t.notOk((await dumpLines(config)).some((line) => line.includes('"id":"plain"')));
});

t.test('what is no whole dump changes nothing', async (t) => {
  const { server, config } = await furnished(t, 'SQLite');
  const lines = await dumpLines(config);
  await server.close();
  const last = lines.at(-1)!;
  const changed = (at: number, from: string | RegExp, to: string) =>
    lines.map((line, i) => (i === at ? line.replace(from, to) : line));
  const entry = lines.findIndex((line) => line.includes('"id":"plain"'));
  const rows: readonly [string, readonly string[], RegExp][] = [
    ['nothing', [], /line 1: this is no dump/],
    ['another file', ['{"entries": []}'], /line 1: this is no dump/],
    ['no JSON', ['spiffe'], /line 1: .*JSON/],
    ['a list', ['[]', last], /line 1: this is no dump/],
    ['of a newer release', changed(0, '"version":1', '"version":2'), /version 2 is of a newer rel/],
    ['of a newer schema', changed(0, /0004-[a-z-]+/, '9999-next'), /schema "9999-next" is of a ne/],
    ['without its end', lines.slice(0, -1), /the dump ends early/],
    ['without a line', lines.toSpliced(entry, 1), /not as it was written/],
    ['with another value', changed(entry, 'unix:uid:2', 'unix:uid:0'), /not as it was written/],
    ['with more behind it', [...lines, lines[1]!], /more behind its end/],
    ['with another table', changed(1, '"bundles"', '"x"'), /line 2: there is no table "x"/],
    ['with another column', changed(entry, '"hint"', '"hnt"'), /entries has no column hnt/],
    ['with __proto__', changed(entry, '"hint"', '"__proto__"'), /no column __proto__/],
    [
      'with a wrong kind',
      changed(entry, '"admin":false', '"admin":0'),
      /entries.admin is not bool/,
    ],
    [
      'with a half number',
      changed(entry, '"x509_svid_ttl":0', '"x509_svid_ttl":0.5'),
      /not integer/,
    ],
    ['with a row that is none', changed(entry, /.*/, '{"table":"entries"}'), /this is no row/],
    [
      'with a very long line',
      changed(entry, '"hint":""', `"hint":"${'x'.repeat(17 << 20)}"`),
      /too long/,
    ],
  ];
  const target = emptyConfig(t);
  for (const [name, bad, message] of rows) {
    const failure = { code: 'MAINTENANCE_DUMP_INVALID', message };
    await t.rejects(importDump(target, given(bad), maintenanceDeps), failure, name);
  }
  const database = await openMaintained(target, { databasePassword: undefined, readOnly: true });
  const { rows: found, revision } = await databaseStatus(database);
  await database.close();
  t.ok(Object.values(found).every((count) => count === 0));
  t.equal(revision, 0);
  await importDump(target, given(lines), maintenanceDeps);
  await t.rejects(importDump(target, given(lines), maintenanceDeps), {
    ...{ code: 'MAINTENANCE_NOT_EMPTY', message: /has bundles/ },
  });
  t.strictSame(contentOf(await dumpLines(target)), contentOf(lines));
});

t.test('a database that is not there, or not of this release', async (t) => {
  const none = emptyConfig(t);
  await t.rejects(dumpLines(none), { code: 'MAINTENANCE_NO_DATABASE' });
  if (postgres === undefined) return;
  const empty = emptyConfig(t, postgres.createDatabase());
  await t.rejects(dumpLines(empty), { code: 'MAINTENANCE_NO_DATABASE' });
  const { config } = await furnished(t, 'PostgreSQL');
  const name = config.database!.url.database;
  postgres.sql(name, `delete from knex_migrations where name like '0004%'`);
  await t.rejects(dumpLines(config), { code: 'MAINTENANCE_SCHEMA', message: /lacks 0004-/ });
  postgres.sql(
    name,
    `insert into knex_migrations (name, batch, migration_time) values ('9999-future', 2, now())`,
  );
  await t.rejects(dumpLines(config), { code: 'MAINTENANCE_SCHEMA', message: /has 9999-future of/ });
});
