import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  readFileSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import knex from 'knex';
import t from 'tap';
import type { Test } from 'tap';
import type { Datastore } from '../../../server/datastore/datastore.ts';
import { openSqlite } from '../../../server/datastore/sqlite/sqlite.ts';
import { Registry } from '../../../server/registry.ts';
import { FakeCa } from '../../support/fake-ca.ts';
import { NOW, TRUST_DOMAIN, attestedAgent, newEntry } from '../../support/server-entries.ts';
import { temporaryDirectory } from '../../support/socket-path.ts';
import { datastoreContract } from './contract.ts';

async function open(t: Test): Promise<Datastore> {
  const store = await openSqlite(join(temporaryDirectory(t), 'db'));
  t.teardown(() => store.close());
  return store;
}

datastoreContract(t, open);

t.test('what was acknowledged is there after a restart', async (t) => {
  const file = join(temporaryDirectory(t), 'db');
  const first = await openSqlite(file);
  await first.entries.create([newEntry()], NOW);
  const before = await first.entries.all();
  await first.close();
  const second = await openSqlite(file);
  t.teardown(() => second.close());
  t.strictSame(await second.entries.all(), before);
});

t.test('the file and its log are for this user alone (T-29)', async (t) => {
  const file = join(temporaryDirectory(t), 'db');
  const umask = process.umask(0);
  t.teardown(() => process.umask(umask));
  const store = await openSqlite(file);
  t.teardown(() => store.close());
  await store.entries.create([newEntry()], NOW);
  for (const name of [file, `${file}-wal`, `${file}-shm`]) {
    t.equal(statSync(name).mode & 0o777, 0o600, name.slice(file.length));
  }
});

t.test('a symbolic link is not followed (T-08)', async (t) => {
  const directory = temporaryDirectory(t);
  symlinkSync('/dev/null', join(directory, 'db'));
  await t.rejects(openSqlite(join(directory, 'db')), { code: 'DATASTORE_UNAVAILABLE' });
});

const unsafe: readonly (readonly [string, (file: string) => void, RegExp])[] = [
  [
    'can be written by its group',
    (file) => chmodSync(file, 0o620),
    /has mode 0620: others may have/,
  ],
  [
    'can be written by everybody',
    (file) => chmodSync(file, 0o646),
    /has mode 0646: others may have/,
  ],
  [
    'is a pipe',
    (file) => {
      unlinkSync(file);
      execFileSync('mkfifo', ['-m', '600', file]);
    },
    /is not a regular file/,
  ],
  ...(process.geteuid!() === 0
    ? [
        [
          'belongs to somebody else',
          (file: string) => chownSync(file, 65_534, 65_534),
          /belongs to user 65534/,
        ] as const,
      ]
    : []),
];

for (const [name, spoil, message] of unsafe) {
  t.test(`a file that ${name} may hold what anybody wrote, and is refused (T-29)`, async (t) => {
    const file = join(temporaryDirectory(t), 'db');
    await (await openSqlite(file)).close();
    spoil(file);
    await t.rejects(openSqlite(file), { code: 'DATASTORE_UNAVAILABLE', message });
  });
}

t.test('a directory that is not there', async (t) => {
  const missing = join(temporaryDirectory(t), 'no', 'db');
  await t.rejects(openSqlite(missing), { code: 'DATASTORE_UNAVAILABLE' });
});

const digest = (file: string): string =>
  createHash('sha256').update(readFileSync(file)).digest('hex');

t.test('a damaged file is refused, with the remedy, and left as it is', async (t) => {
  const written = t.capture(console, 'log');
  const file = join(temporaryDirectory(t), 'db');
  const store = await openSqlite(file);
  await store.entries.create([newEntry()], NOW);
  await store.close();
  const bytes = readFileSync(file);
  const cases = {
    'no database at all': Buffer.from(
      'this is no database, but something somebody needs'.repeat(100),
    ),
    'its middle overwritten': Buffer.concat([
      bytes.subarray(0, 4096),
      Buffer.alloc(8192, 0xa5),
      bytes.subarray(12288),
    ]),
    'cut in half': bytes.subarray(0, bytes.length / 2),
  };
  for (const [name, content] of Object.entries(cases)) {
    writeFileSync(file, content);
    chmodSync(file, 0o600);
    const before = digest(file);
    await t.rejects(
      openSqlite(file),
      { code: 'DATASTORE_CORRUPT', message: /restore a backup over it, or move it away/ },
      name,
    );
    t.equal(digest(file), before, `${name}: unchanged`);
  }
  t.strictSame(written(), [], 'the library writes nothing between the lines of the log');
});

t.test('a database that a newer release wrote is refused', async (t) => {
  const file = join(temporaryDirectory(t), 'db');
  await (await openSqlite(file)).close();
  const db = knex({ client: 'sqlite3', connection: { filename: file }, useNullAsDefault: true });
  await db('knex_migrations').insert({ name: '9999-future', batch: 2, migration_time: 0 });
  await db.destroy();
  await t.rejects(openSqlite(file), {
    code: 'DATASTORE_NEWER',
    message: /9999-future/,
  });
});

/** A database with something in every table. */
async function filledFile(t: Test): Promise<string> {
  const file = join(temporaryDirectory(t), 'db');
  const store = await openSqlite(file);
  await store.entries.create([newEntry()], NOW);
  const expiresAt = new Date(NOW.getTime() + 3_600_000);
  await store.joinTokens.create({ hash: 'h', expiresAt, aliasId: undefined });
  const { current, ...agent } = attestedAgent();
  const joined = { hash: 'h', publicKeyHash: 'key', agent: { ...agent, current: current! } };
  await store.joinTokens.attest(joined, NOW);
  const { certificates } = await FakeCa.create(TRUST_DOMAIN.name, { now: () => NOW });
  await store.bundles.update(TRUST_DOMAIN, (bundle) =>
    bundle.appendX509({ certificate: certificates[0]!, tainted: false }),
  );
  await store.close();
  return file;
}

const garbage: readonly (readonly [table: string, column: string, value: string])[] = [
  ['entries', 'spiffe_id', 'spiffe://example.org/../admin'],
  ['entries', 'parent_id', ''],
  ['entries', 'selectors', '["unix"]'],
  ['entries', 'selectors', '{}'],
  ['entries', 'federates_with', 'x'],
  ['entries', 'additional_attributes', '{'],
  ['agents', 'id', 'spiffe://example.org/a//b'],
  ['agents', 'selectors', 'null'],
  ['bundles', 'x509_authorities', '[{"asn1":"AAAA"}]'],
  ['bundles', 'jwt_authorities', '[{"key_id":""}]'],
  ['bundles', 'sequence_number', 'many'],
];

for (const [table, column, value] of garbage) {
  t.test(`${table}: a row whose ${column} is ${value || 'empty'} is damage (T-12)`, async (t) => {
    const file = await filledFile(t);
    const db = knex({ client: 'sqlite3', connection: { filename: file }, useNullAsDefault: true });
    t.equal(await db(table).update({ [column]: value }), 1);
    await db.destroy();
    const store = await openSqlite(file);
    t.teardown(() => store.close());
    await t.rejects(Registry.load(store), {
      code: 'DATASTORE_CORRUPT',
      message: /a record cannot be read .*restore a backup over it, or move it away/,
    });
  });
}
