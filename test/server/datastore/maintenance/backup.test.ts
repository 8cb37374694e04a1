import {
  cpSync,
  createReadStream,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import type { Test } from 'tap';
import { RuntimeError } from '../../../../runtime/errors.ts';
import { backUp, writeLines } from '../../../../server/datastore/maintenance/backup.ts';
import { dump } from '../../../../server/datastore/maintenance/dump.ts';
import { openMaintained } from '../../../../server/datastore/maintenance/open.ts';
import { importDump, linesOf, restore } from '../../../../server/datastore/maintenance/restore.ts';
import { PostgresServer, noPostgres } from '../../../support/postgres.ts';
import { emptyConfig, furnish, maintenanceDeps } from '../../../support/dumps.ts';
import { temporaryDirectory } from '../../../support/socket-path.ts';
import { call, newAgent, startTestServer } from '../../../support/test-server.ts';
import type { TestServer } from '../../../support/test-server.ts';

t.setTimeout(120_000);
const postgres = noPostgres() === undefined ? await PostgresServer.start(t) : undefined;
const now = new Date('2026-01-01T00:00:00Z');

async function backedUp(t: Test, server: TestServer, url?: string): Promise<string> {
  const directory = join(temporaryDirectory(t), 'backup');
  const config = { ...emptyConfig(t, url), data_dir: join(server.directory, 'data') };
  await backUp(config, { directory, now, databasePassword: undefined });
  return directory;
}

for (const engine of postgres === undefined ? ['SQLite'] : ['SQLite', 'PostgreSQL']) {
  t.test(`${engine}: a running server is copied, and goes on elsewhere as itself`, async (t) => {
    const url = engine === 'SQLite' ? undefined : postgres!.createDatabase();
    const settings = url === undefined ? {} : { database: { url } };
    const server = await startTestServer(t, { settings });
    await furnish(server);
    const agent = await newAgent(server);
    const directory = await backedUp(t, server, url);
    t.equal(statSync(directory).mode & 0o777, 0o700);
    for (const name of ['keys.json', 'database.jsonl', 'backup.json']) {
      t.equal(statSync(join(directory, name)).mode & 0o777, 0o600, name);
    }
    const before = server.local('bundle');
    const { x509_authorities } = await call(before, before.GetBundle, {});
    // What happens after the backup is lost, and must not be taken for what happens instead.
    const later = server.local('entry');
    await call(later, later.BatchDeleteEntry, { ids: ['plain'] });
    await server.close();

    const elsewhere = url === undefined ? undefined : postgres!.createDatabase();
    const target = emptyConfig(t, elsewhere);
    const done = await restore(target, directory, maintenanceDeps);
    t.match(done.rows, { entries: 3, agents: 3 });
    t.ok(done.revision > 1_000_000, 'no number of a change is used twice');
    const restored = await startTestServer(t, {
      settings: {
        data_dir: target.data_dir,
        ...(elsewhere === undefined ? {} : { database: { url: elsewhere } }),
      },
    });
    const after = restored.local('bundle');
    const found = await call(after, after.GetBundle, {});
    t.strictSame(found.x509_authorities, x509_authorities, 'it signs with the authority it had');
    const entries = restored.local('entry');
    const plain = await call(entries, entries.GetEntry, { id: 'plain' });
    t.ok(Number(plain.revision_number) >= 1_000_000, 'nor that of an entry');
    const authorized = restored.tls('entry', agent.identity);
    t.ok(await call(authorized, authorized.GetAuthorizedEntries, {}), 'its agents are known');
    await restored.close();
  });
}

t.test(
  'a backup that is not as it was written is refused, and one begun again is not',
  async (t) => {
    const server = await startTestServer(t);
    await furnish(server);
    const directory = await backedUp(t, server);
    const copy = (change: (directory: string) => void): string => {
      const changed = join(temporaryDirectory(t), 'copy');
      cpSync(directory, changed, { recursive: true });
      change(changed);
      return changed;
    };
    const rows: readonly [string, (directory: string) => void, RegExp][] = [
      ['no manifest', (d) => rmSync(join(d, 'backup.json')), /ENOENT/],
      ['no keys', (d) => rmSync(join(d, 'keys.json')), /keys\.json/],
      [
        'other keys',
        (d) => writeFileSync(join(d, 'keys.json'), '{}'),
        /keys\.json is not as it was/,
      ],
      [
        'another database',
        (d) => writeFileSync(join(d, 'database.jsonl'), '\n', { flag: 'a' }),
        /database\.jsonl is not as it was/,
      ],
      ['no database', (d) => rmSync(join(d, 'database.jsonl')), /database\.jsonl/],
      [
        'of a newer release',
        (d) => rewrite(join(d, 'backup.json'), '"version": 1', '"version": 2'),
        /backup\.json is not that of this release/,
      ],
      [
        'a file from elsewhere',
        (d) => rewrite(join(d, 'backup.json'), '"keys.json"', '"../../etc/passwd"'),
        /backup\.json is not that of this release/,
      ],
    ];
    for (const [name, change, message] of rows) {
      await t.rejects(
        restore(emptyConfig(t), copy(change), maintenanceDeps),
        {
          ...{ code: 'MAINTENANCE_BACKUP_INVALID', message },
        },
        name,
      );
    }
    const target = emptyConfig(t);
    cpSync(join(directory, 'keys.json'), join(target.data_dir, 'keys.json'));
    t.ok(await restore(target, directory, maintenanceDeps), 'the keys had come that far');
    await t.rejects(restore(target, directory, maintenanceDeps), { code: 'MAINTENANCE_NOT_EMPTY' });

    const taken = emptyConfig(t);
    writeFileSync(join(taken.data_dir, 'keys.json'), '{"version":1,"keys":{}}', { mode: 0o600 });
    await t.rejects(restore(taken, directory, maintenanceDeps), {
      ...{ code: 'MAINTENANCE_TARGET_TAKEN', message: /keys\.json/ },
    });
    t.equal(readFileSync(join(taken.data_dir, 'keys.json'), 'utf8'), '{"version":1,"keys":{}}');
    const config = { ...emptyConfig(t), data_dir: join(server.directory, 'data') };
    await t.rejects(restore(config, directory, maintenanceDeps), { code: 'DIRECTORY_IN_USE' });
  },
);

function rewrite(path: string, from: string, to: string): void {
  writeFileSync(path, readFileSync(path, 'utf8').replace(from, to));
}

t.test('nothing is written over', async (t) => {
  const server = await startTestServer(t);
  const directory = temporaryDirectory(t);
  mkdirSync(join(directory, 'x'));
  const config = { ...emptyConfig(t), data_dir: join(server.directory, 'data') };
  const options = { now, databasePassword: undefined };
  await t.rejects(backUp(config, { directory, ...options }), { code: 'MAINTENANCE_TARGET_TAKEN' });
  const none = join(directory, 'none');
  await t.rejects(backUp(emptyConfig(t), { directory: none, ...options }), {
    code: 'MAINTENANCE_NO_DATABASE',
  });
});

t.test('keys that change under it are not copied with a database that is not theirs', async (t) => {
  const server = await startTestServer(t);
  const data_dir = join(server.directory, 'data');
  const keys = join(data_dir, 'keys.json');
  const before = readFileSync(keys, 'utf8');
  const directory = join(temporaryDirectory(t), 'backup');
  const options = { directory, now, databasePassword: undefined };
  let count = 0;
  let isDone = false;
  const change = (): void => {
    // As the server replaces them: as a whole.
    writeFileSync(`${keys}.new`, `${count++}`, { mode: 0o600 });
    renameSync(`${keys}.new`, keys);
    if (!isDone) setImmediate(change);
  };
  change();
  const backup = backUp({ ...emptyConfig(t), data_dir }, options).finally(() => (isDone = true));
  await t.rejects(backup, { code: 'MAINTENANCE_KEYS_CHANGED' });
  t.strictSame(readdirSync(directory), [], 'nothing is left behind');
  writeFileSync(keys, before);
  t.ok(await backUp({ ...emptyConfig(t), data_dir }, options), 'and there it may be made');
});

t.test('a file that cannot be written or read is not called a broken database', async (t) => {
  const server = await startTestServer(t);
  const config = { ...emptyConfig(t), data_dir: join(server.directory, 'data') };
  const path = join(temporaryDirectory(t), 'dump');
  const database = await openMaintained(config, { databasePassword: undefined, readOnly: true });
  t.teardown(() => database.close());
  const writing = writeLines(path, () =>
    dump(database, {
      now,
      write: () => Promise.reject(new RuntimeError('FILE_NOT_WRITTEN', 'ENOSPC')),
    }),
  );
  await t.rejects(writing, { code: 'FILE_NOT_WRITTEN' });
  t.notOk(existsSync(path), 'half of a dump is none');
  await t.rejects(
    writeLines(join(path, 'no', 'such'), () => Promise.resolve()),
    { code: 'FILE_NOT_WRITTEN', message: /ENOENT/ },
  );
  const directory = linesOf(() => createReadStream(temporaryDirectory(t)));
  await t.rejects(importDump(emptyConfig(t), directory, maintenanceDeps), {
    ...{ code: 'FILE_UNREADABLE', message: /EISDIR/ },
  });
});
