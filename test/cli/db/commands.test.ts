import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { checkCliRows } from '../../support/cli-rows.ts';
import { furnish } from '../../support/dumps.ts';
import { PostgresServer, noPostgres } from '../../support/postgres.ts';
import { runCli } from '../../support/run-cli.ts';
import { temporaryDirectory } from '../../support/socket-path.ts';
import { startTestServer } from '../../support/test-server.ts';

t.setTimeout(120_000);
const server = await startTestServer(t);
await furnish(server);
const data = join(server.directory, 'data');
const directory = temporaryDirectory(t);
const at = (name: string): string => join(directory, name);
const db = (verb: string, ...args: readonly string[]) => runCli(['db', verb, ...args]);
const LATEST = '0004-entry-attributes';

t.test('beside a running server', async (t) => {
  const status = await db('status', '--data-dir', data);
  t.match(status, { exitCode: 0, stderr: '' });
  t.match(status.stdout, new RegExp(`\tSQLite\t${LATEST}\t\t\\d+\tbundles=2 .* entries=3\n$`));
  const json = await db('status', '--data-dir', data, '--output', 'json');
  t.match(JSON.parse(json.stdout), {
    ...{ engine: 'SQLite', database: join(data, 'datastore.sqlite'), rows: { entries: 3 } },
    schema: { applied: ['0001-foundation', '0002-change-log'], pending: [], newer: [] },
  });
  const backup = await db('backup', at('backup'), '--data-dir', data);
  t.match(backup, { exitCode: 0, stderr: '', stdout: /: bundles: 2, .*entries: 3, at revision/ });
  const exported = await db('export', at('dump'), '--data-dir', data);
  t.match(exported, { exitCode: 0, stdout: '', stderr: /^bundles: 2, .*entries: 3, at revision/ });
  const piped = await db('export', '-', '--data-dir', data);
  const rest = (text: string): string[] => text.split('\n').slice(1, -2);
  t.strictSame(rest(piped.stdout), rest(readFileSync(at('dump'), 'utf8')));
  t.notMatch(piped.stdout, 'PRIVATE KEY');
  for (const verb of ['migrate', 'restore', 'import']) {
    const args = verb === 'migrate' ? [] : [verb === 'restore' ? at('backup') : at('dump')];
    const refused = await db(verb, ...args, '--data-dir', data);
    t.match(refused, { exitCode: 1, stderr: /another process works in this directory: / }, verb);
  }
});

t.test('into an empty directory', async (t) => {
  const restored = await db('restore', at('backup'), '--data-dir', at('restored'));
  t.match(restored, { exitCode: 0, stderr: '', stdout: /^restored bundles: 2, .*entries: 3, at/ });
  const imported = await db('import', at('dump'), '--data-dir', at('imported'));
  t.match(imported, { exitCode: 0, stderr: '', stdout: /^imported bundles: 2, .*entries: 3, at/ });
  const stdin = readFileSync(at('dump'), 'utf8');
  const piped = await runCli(['db', 'import', '-', '--data-dir', at('piped')], { stdin });
  t.match(piped, { exitCode: 0, stdout: imported.stdout });
  const migrated = await db('migrate', '--data-dir', at('new'));
  t.match(migrated, { exitCode: 0, stderr: '' });
  t.match(migrated.stdout, /^applied 0001-foundation\napplied 0002-change-log\n/);
  t.match(await db('migrate', '--data-dir', at('new')), {
    ...{ exitCode: 0, stdout: `the schema is up to date: ${LATEST}\n` },
  });
});

t.test('PostgreSQL by its flags', { skip: noPostgres() ?? false }, async (t) => {
  const postgres = await PostgresServer.start(t);
  const url = postgres.createDatabase();
  const where = ['--data-dir', at('pg'), '--database-url', url];
  t.match(await db('status', ...where), { exitCode: 1, stderr: /^error: there is no database: / });
  t.match(await db('import', at('dump'), ...where), { exitCode: 0 });
  t.match(await db('status', ...where), { exitCode: 0, stdout: /\tPostgreSQL\t.* entries=3\n$/ });
  t.match(await db('backup', at('pg-backup'), ...where), { exitCode: 0 });
  const unreachable = ['--data-dir', at('pg'), '--database-url', 'postgres://me@127.0.0.1:1/x'];
  t.match(await db('status', ...unreachable), {
    ...{ exitCode: 1, stderr: /^error: the database cannot be used: .*ECONNREFUSED/ },
  });
});

mkdirSync(at('full'));
mkdirSync(join(at('full'), 'x'));
await checkCliRows(
  t,
  [
    {
      name: 'no database',
      args: ['db', 'status', '--data-dir', at('none')],
      exitCode: 1,
      stderr: /^error: there is no database: .*none\/datastore\.sqlite; a server makes it/,
    },
    {
      name: 'no directory',
      args: ['db', 'backup'],
      exitCode: 2,
      stderr: /missing required argument 'DIR'/,
    },
    {
      name: 'a directory that is not empty',
      args: ['db', 'backup', at('full'), '--data-dir', data],
      exitCode: 1,
      stderr: /^error: something is there already: .*full is not empty/,
    },
    {
      name: 'a file that is there',
      args: ['db', 'export', at('full'), '--data-dir', data],
      exitCode: 1,
      stderr: /^error: something is there already: /,
    },
    {
      name: 'no backup',
      args: ['db', 'restore', at('full'), '--data-dir', at('none')],
      exitCode: 1,
      stderr: /^error: the backup cannot be used: .*backup\.json/,
    },
    {
      name: 'a dump that is not there',
      args: ['db', 'import', at('nothing'), '--data-dir', at('none2')],
      exitCode: 1,
      stderr: /^error: cannot read the input: .*nothing: ENOENT/,
    },
  ],
  (args) => runCli(args),
);
