import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import type { Test } from 'tap';
import { parsePostgresUrl } from '../../../../server/datastore/postgres/location.ts';
import { NOW, newEntry } from '../../../support/server-entries.ts';
import { temporaryDirectory } from '../../../support/socket-path.ts';
import { PostgresServer, noPostgres } from '../../../support/postgres.ts';
import { openPostgresStore } from '../../../support/postgres-store.ts';

t.setTimeout(120_000);

/** Certificates as an operator would make them, by openssl. */
function certificates(t: Test): (name: string) => string {
  const directory = temporaryDirectory(t);
  const path = (name: string): string => join(directory, name);
  const openssl = (...args: readonly string[]): unknown =>
    execFileSync('openssl', args, { cwd: directory, stdio: 'ignore' });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  for (const ca of ['ca', 'other-ca']) {
    openssl(
      'req',
      '-x509',
      ...key,
      '-keyout',
      `${ca}.key`,
      '-out',
      `${ca}.crt`,
      '-subj',
      `/CN=${ca}`,
    );
  }
  const leaves = { server: 'IP:127.0.0.1', elsewhere: 'DNS:db.example.org', client: 'DNS:client' };
  for (const [name, san] of Object.entries(leaves)) {
    const subject = name === 'client' ? 'postgres' : name;
    openssl(
      'req',
      ...key,
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.csr`,
      '-subj',
      `/CN=${subject}`,
    );
    writeFileSync(path(`${name}.ext`), `subjectAltName=${san}\n`);
    const issuer = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial'];
    openssl(
      'x509',
      '-req',
      '-in',
      `${name}.csr`,
      ...issuer,
      '-out',
      `${name}.crt`,
      '-extfile',
      `${name}.ext`,
    );
  }
  return path;
}

t.test('with a password', { skip: noPostgres() ?? false }, async (t) => {
  const postgres = await PostgresServer.start(t, {
    access: ['local all all trust', 'host all all 127.0.0.1/32 scram-sha-256'],
  });
  const setPassword = (password: string): unknown =>
    postgres.sql('postgres', `alter role postgres password '${password}'`);
  setPassword('first');
  const url = postgres.createDatabase();
  const passwordFile = join(temporaryDirectory(t), 'password');

  await t.test('that is wrong, or not there', async (t) => {
    const refusal = { code: 'DATASTORE_UNAVAILABLE', message: /^(?!.*secret)/ };
    await t.rejects(openPostgresStore(t, url, { password: 'secret' }), refusal);
    await t.rejects(openPostgresStore(t, url), refusal);
    await t.rejects(openPostgresStore(t, url, { passwordFile }), {
      code: 'DATASTORE_UNAVAILABLE',
      message: /cannot read file: .*password/,
    });
  });

  await t.test('of the environment', async (t) => {
    const store = await openPostgresStore(t, url, { password: 'first' });
    t.strictSame(await store.entries.all(), []);
  });

  await t.test('of a file, which is read again for each connection', async (t) => {
    writeFileSync(passwordFile, 'first\n');
    const store = await openPostgresStore(t, url, { passwordFile, password: 'not this one' });
    await store.follow();
    await store.entries.create([newEntry()], NOW);
    setPassword('second');
    writeFileSync(passwordFile, 'second\n');
    const end = `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'vouchsafe'`;
    postgres.sql('postgres', end);
    for (let isDone = false; !isDone;) {
      isDone = await store.entries.create([newEntry()], NOW).then(
        () => true,
        () => false,
      );
    }
    t.equal((await store.entries.all()).length, 1);
  });
});

t.test('with TLS', { skip: noPostgres() ?? false }, async (t) => {
  const path = certificates(t);
  const text = (name: string): string => readFileSync(path(name), 'utf8');
  const start = (t: Test, name: string): Promise<PostgresServer> =>
    PostgresServer.start(t, {
      settings: {
        ssl: 'on',
        ...{ ssl_cert_file: 'server.crt', ssl_key_file: 'server.key', ssl_ca_file: 'ca.crt' },
      },
      access: ['local all all trust', 'hostssl all all 127.0.0.1/32 cert'],
      files: {
        'server.crt': text(`${name}.crt`),
        'server.key': text(`${name}.key`),
        'ca.crt': text('ca.crt'),
      },
    });
  const tls = (port: number) => ({
    location: {
      ...parsePostgresUrl('postgres://postgres@127.0.0.1/vouchsafe_1?sslmode=verify-full'),
      port,
    },
    caFile: path('ca.crt'),
    certificateFile: path('client.crt'),
    keyFile: path('client.key'),
  });

  await t.test('it is verified, and shown a certificate', async (t) => {
    const postgres = await start(t, 'server');
    const url = postgres.createDatabase();
    const access = tls(postgres.port);
    const store = await openPostgresStore(t, url, access);
    await store.follow();
    await store.entries.create([newEntry()], NOW);
    const encrypted = `select bool_and(ssl) from pg_stat_ssl join pg_stat_activity using (pid)
      where application_name = 'vouchsafe'`;
    t.equal(postgres.sql('postgres', encrypted), 't');

    const unavailable = { code: 'DATASTORE_UNAVAILABLE' };
    const otherCa = { ...access, caFile: path('other-ca.crt') };
    await t.rejects(openPostgresStore(t, url, otherCa), {
      ...unavailable,
      message: /unable to verify|self.signed|certificate/i,
    });
    const nobody = { ...access, certificateFile: undefined, keyFile: undefined };
    await t.rejects(openPostgresStore(t, url, nobody), {
      ...unavailable,
      message: /requires a valid client certificate/,
    });
    await t.rejects(openPostgresStore(t, url), {
      ...unavailable,
      message: /no pg_hba\.conf entry/,
    });
    rmSync(path('ca.crt'));
    await t.rejects(openPostgresStore(t, url, access), { message: /cannot read file: .*ca\.crt/ });
    writeFileSync(path('ca.crt'), text('other-ca.crt'));
  });

  await t.test('one that is not the host asked for is refused', async (t) => {
    const postgres = await PostgresServer.start(t, {
      settings: { ssl: 'on', ssl_cert_file: 'server.crt', ssl_key_file: 'server.key' },
      files: { 'server.crt': text('elsewhere.crt'), 'server.key': text('elsewhere.key') },
    });
    const url = postgres.createDatabase();
    const access = { location: tls(postgres.port).location, caFile: path('elsewhere.crt') };
    await t.rejects(openPostgresStore(t, url, access), { code: 'DATASTORE_UNAVAILABLE' });
  });

  await t.test('one that has no TLS is not used without', async (t) => {
    const postgres = await PostgresServer.start(t);
    const url = postgres.createDatabase();
    await t.rejects(openPostgresStore(t, url, { location: tls(postgres.port).location }), {
      code: 'DATASTORE_UNAVAILABLE',
      message: /does not support SSL/,
    });
  });
});
