import { status } from '@grpc/grpc-js';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  existsSync,
  readFileSync,
  readdirSync,
  renameSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { generateKeyPair } from '@vouchsafe/pki/keys/key-pair';
import { createCsr } from '@vouchsafe/pki/x509/csr';
import { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import { createClient } from '@vouchsafe/proto/services';
import t from 'tap';
import type { Test } from 'tap';
import { SpiffeChannelCredentials } from '../../runtime/tls/spiffe-channel.ts';
import { startCli } from '../support/cli-process.ts';
import type { CliProcess } from '../support/cli-process.ts';
import { temporaryDirectory } from '../support/socket-path.ts';
import { attestWith, call, newAgent, newToken, startTestServer } from '../support/test-server.ts';
import type { TestServer } from '../support/test-server.ts';

const isRoot = process.geteuid!() === 0;
const SOMEBODY = 65_534;
const WORKLOAD = SpiffeId.parse('spiffe://example.org/workload');

async function createEntry(server: TestServer, parent = '/node'): Promise<string> {
  const client = server.local('entry');
  const trust_domain = 'example.org';
  const entry = {
    parent_id: { trust_domain, path: parent },
    spiffe_id: { trust_domain, path: WORKLOAD.path },
    selectors: [{ type: 'unix', value: 'uid:1' }],
  };
  const { results } = await call(client, client.BatchCreateEntry, { entries: [entry] });
  return results[0]!.entry!.id;
}

async function entryIds(server: TestServer): Promise<string[]> {
  const client = server.local('entry');
  const { entries } = await call(client, client.ListEntries, {});
  return entries.map(({ id }) => id);
}

async function bundleOf(server: TestServer) {
  const client = server.local('bundle');
  return call(client, client.GetBundle, {});
}

t.test('a restart keeps the trust domain, its authorities, entries and agents', async (t) => {
  const directory = temporaryDirectory(t);
  const first = await startTestServer(t, { directory });
  const id = await createEntry(first);
  const agent = await newAgent(first);
  const bundle = await bundleOf(first);
  await first.close();
  t.strictSame(
    readdirSync(join(directory, 'data')).sort(),
    ['datastore.sqlite', 'keys.json'],
    'nothing but its state is left',
  );
  t.notOk(existsSync(first.socketPath));

  const second = await startTestServer(t, { directory });
  t.strictSame(await bundleOf(second), bundle, 'the sequence number too');
  t.strictSame(await entryIds(second), [id]);
  const entries = second.tls('entry', agent.identity);
  await t.resolves(call(entries, entries.GetAuthorizedEntries, {}), 'the agent is known');
});

/** The arguments of `server run` for a directory. */
const runArgs = (directory: string, ...flags: readonly string[]): string[] => [
  ...['server', 'run', '--trust-domain', 'example.org', '--data-dir', join(directory, 'data')],
  ...['--socket', join(directory, 'server', 'api.sock'), '--bind', '127.0.0.1:0', ...flags],
];

/** Checks that `server run` fails as a command should, before it has opened anything; what it said. */
async function refusal(t: Test, directory: string, ...flags: readonly string[]): Promise<string> {
  const server = startCli(t, runArgs(directory, ...flags));
  t.equal(await server.ended, 1, 'exit code 1');
  t.notMatch(server.stderr(), /Server started/);
  t.notOk(existsSync(join(directory, 'server', 'api.sock')), 'nothing listens');
  t.notOk(existsSync(join(directory, 'data', 'lock')), 'nothing is held');
  return server.stderr();
}

const digest = (file: string): string =>
  createHash('sha256').update(readFileSync(file)).digest('hex');

/** A directory in which a server has been. */
async function usedDirectory(t: Test): Promise<string> {
  const directory = temporaryDirectory(t);
  const server = await startTestServer(t, { directory });
  await createEntry(server);
  await server.close();
  return directory;
}

const keyFiles: readonly (readonly [string, (file: string) => void])[] = [
  ['is empty', (file) => truncateSync(file, 0)],
  ['is cut in half', (file) => truncateSync(file, statSync(file).size >> 1)],
  ['is something else', (file) => writeFileSync(file, 'precious')],
  ['is of another version', (file) => writeFileSync(file, '{"version":2,"keys":{}}')],
  [
    'holds what is no key',
    (file) => writeFileSync(file, '{"version":1,"keys":{"x509-CA-A":"cHJlY2lvdXM="}}'),
  ],
];

for (const [name, damage] of keyFiles) {
  t.test(`a key file that ${name} is refused with the remedy, and left`, async (t) => {
    const directory = await usedDirectory(t);
    const file = join(directory, 'data', 'keys.json');
    damage(file);
    const before = digest(file);
    const said = await refusal(t, directory);
    t.match(said, /keys\.json.*Restore it from a backup/);
    t.notMatch(said, /precious|cHJlY2lvdXM/, 'and not quoted (T-27)');
    t.equal(digest(file), before);
  });
}

const databases: readonly (readonly [string, (file: string) => void])[] = [
  ['is something else', (file) => writeFileSync(file, 'precious'.repeat(1000))],
  ['is cut in half', (file) => truncateSync(file, statSync(file).size >> 1)],
];

for (const [name, damage] of databases) {
  t.test(`a database that ${name} is refused with the remedy, and left`, async (t) => {
    const directory = await usedDirectory(t);
    const file = join(directory, 'data', 'datastore.sqlite');
    damage(file);
    const before = digest(file);
    t.match(await refusal(t, directory), /datastore\.sqlite.*restore a backup over it/);
    t.equal(digest(file), before);
    t.ok(existsSync(join(directory, 'data', 'keys.json')));
  });
}

const unsafe: readonly (readonly [string, (file: string) => void, RegExp])[] = [
  ['that others can read', (file) => chmodSync(file, 0o644), /keys\.json has mode 0644/],
  [
    'that is a link',
    (file) => {
      renameSync(file, `${file}.real`);
      symlinkSync(`${file}.real`, file);
    },
    /keys\.json is a symbolic link/,
  ],
  ...(isRoot
    ? [
        [
          "that is somebody else's",
          (file: string) => chownSync(file, SOMEBODY, SOMEBODY),
          /keys\.json belongs to user 65534/,
        ] as const,
      ]
    : []),
];

for (const [name, spoil, message] of unsafe) {
  t.test(`a key file ${name} is refused (T-29)`, async (t) => {
    const directory = await usedDirectory(t);
    spoil(join(directory, 'data', 'keys.json'));
    t.match(await refusal(t, directory), message);
  });
}

t.test('a data directory that others can write to is refused (T-08)', async (t) => {
  const directory = await usedDirectory(t);
  chmodSync(join(directory, 'data'), 0o777);
  t.match(await refusal(t, directory), /data has mode 0777/);
});

t.test(
  'what the server keeps is for its user alone, whatever the umask (T-05, T-29)',
  async (t) => {
    const umask = process.umask(0);
    t.teardown(() => process.umask(umask));
    const directory = temporaryDirectory(t);
    chmodSync(directory, 0o755);
    const server = await startTestServer(t, { directory });
    await createEntry(server);
    const data = join(directory, 'data');
    t.equal(statSync(data).mode & 0o7777, 0o700);
    for (const file of readdirSync(data))
      t.equal(statSync(join(data, file)).mode & 0o777, 0o600, file);

    const asOther = (...command: readonly string[]): number | null =>
      spawnSync('setpriv', ['--reuid=4242', '--regid=4242', '--clear-groups', ...command]).status;
    if (!isRoot || asOther('true') !== 0) return;
    t.equal(asOther('ls', directory), 0);
    t.not(asOther('ls', data), 0, 'nobody else looks into it');
    t.not(asOther('cat', join(data, 'keys.json')), 0);
    t.not(asOther('cat', join(data, 'datastore.sqlite')), 0);
  },
);

t.test('a directory of another trust domain is refused, and serves its own on', async (t) => {
  const directory = await usedDirectory(t);
  const before = digest(join(directory, 'data', 'keys.json'));
  const said = await refusal(t, directory, '--trust-domain', 'other.org');
  t.match(said, /authorities of spiffe:\/\/example\.org, not of spiffe:\/\/other\.org/);
  t.equal(digest(join(directory, 'data', 'keys.json')), before);
  const server = await startTestServer(t, { directory });
  t.equal((await entryIds(server)).length, 1);
});

t.test('a socket on which something else listens is refused and left', async (t) => {
  const directory = await usedDirectory(t);
  const path = join(directory, 'server', 'api.sock');
  const other = createServer((socket) => socket.destroy()).listen(path);
  await once(other, 'listening');
  t.teardown(() => other.close());
  await t.rejects(startTestServer(t, { directory }), { code: 'SOCKET_IN_USE' });
  t.ok(statSync(path).isSocket());
  const settings = { socket_path: join(directory, 'server', 'other.sock') };
  await t.resolves(startTestServer(t, { directory, settings }), 'nothing was left half open');
});

t.test('a port that is taken is told, and nothing is left half open', async (t) => {
  const directory = temporaryDirectory(t);
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  t.teardown(() => other.close());
  const { port } = other.address() as AddressInfo;
  const said = await refusal(t, directory, '--bind', `127.0.0.1:${port}`);
  t.match(said, new RegExp(`127\\.0\\.0\\.1:${port}: .*EADDRINUSE`));

  const settings = { bind_address: `127.0.0.1:${port}` };
  await t.rejects(startTestServer(t, { directory, settings }), { code: 'ADDRESS_UNAVAILABLE' });
  await t.resolves(startTestServer(t, { directory }), 'in the same process neither');
});

t.test('two servers do not share a directory', async (t) => {
  const directory = temporaryDirectory(t);
  const first = await startTestServer(t, { directory });
  const keys = digest(join(directory, 'data', 'keys.json'));
  const settings = { socket_path: join(directory, 'server', 'second.sock') };
  await t.rejects(startTestServer(t, { directory, settings }), {
    code: 'DIRECTORY_IN_USE',
    message: new RegExp(`stop process ${process.pid}, or choose another`),
  });
  const second = startCli(t, runArgs(directory, '--socket', settings.socket_path));
  t.equal(await second.ended, 1);
  t.match(second.stderr(), new RegExp(`stop process ${process.pid}, or choose another`));
  t.equal(digest(join(directory, 'data', 'keys.json')), keys);
  await t.resolves(createEntry(first), 'the first serves on');
  await first.close();
  await t.resolves(startTestServer(t, { directory, settings }));
});

t.test('kill -9 is no obstacle for the next', async (t) => {
  const directory = temporaryDirectory(t);
  const start = async (): Promise<CliProcess> => {
    const server = startCli(t, runArgs(directory));
    await server.printed(/"Server started"/);
    return server;
  };
  const first = await start();
  first.signal('SIGKILL');
  await first.ended;
  t.ok(existsSync(join(directory, 'data', 'lock')));
  t.ok(statSync(join(directory, 'server', 'api.sock')).isSocket(), 'both are left');
  const second = await start();
  const third = startCli(t, runArgs(directory));
  t.equal(await third.ended, 1);
  t.match(third.stderr(), new RegExp(`stop process ${second.pid}, or choose`), 'not the dead one');
});

t.test(
  'closed while it is in use it ends streams, and closing twice is waiting twice',
  async (t) => {
    const directory = temporaryDirectory(t);
    const server = await startTestServer(t, { directory });
    const client = server.tls('agent');
    const stream = client.AttestAgent();
    const ended = once(stream, 'end').catch((error: unknown) => error);
    stream.resume();
    // On the same connection: when this is refused, the stream has arrived.
    await t.rejects(call(client, client.CountAgents, {}));
    const { running } = server;
    const lock = join(directory, 'data', 'lock');
    const closing = [running.close(), running.close()];
    await Promise.all(closing.map((closed) => closed.then(() => t.notOk(existsSync(lock)))));
    t.match(await ended, { code: status.UNAVAILABLE, details: 'shutting down' });
    await t.resolves(running.ended);
    t.equal(server.log.filter(({ msg }) => msg === 'Server stopped').length, 1);
  },
);

t.test('no secret is in the logs, at any level (T-27)', async (t) => {
  const directory = temporaryDirectory(t);
  const server = await startTestServer(t, { directory });
  const unused = await newToken(server);
  const agent = await newAgent(server);
  const entry_id = await createEntry(server, agent.path);
  const client = server.tls('svid', agent.identity);
  const { signer } = await generateKeyPair('ec-p256');
  const csr = Buffer.from(await createCsr({ signer }));
  await call(client, client.BatchNewX509SVID, { params: [{ entry_id, csr }] });
  const { svid } = await call(client, client.NewJWTSVID, { entry_id, audience: ['a'] });
  await call(client, client.NewJWTSVID, { entry_id: 'none', audience: ['a'] }).catch(
    () => 'refused',
  );

  const log = JSON.stringify(server.log);
  t.match(log, svid!.id!.path, 'the log does tell of it');
  t.notMatch(log, unused, 'no join token');
  t.notMatch(log, svid!.token.split('.')[2]!, 'no signature of a JWT-SVID');
  t.notMatch(log, /PRIVATE KEY/);
  const file = readFileSync(join(directory, 'data', 'keys.json'), 'utf8');
  const { keys } = JSON.parse(file) as { keys: Record<string, string> };
  t.ok(Object.keys(keys).length >= 2);
  for (const [name, key] of Object.entries(keys)) {
    t.notOk(log.includes(key.slice(48, 80)), `nothing of ${name}`);
  }
  const database = readFileSync(join(directory, 'data', 'datastore.sqlite'));
  t.notOk(database.includes(unused), 'the token is not in the database either');
  for (const key of Object.values(keys)) {
    t.notOk(database.includes(privateScalar(key)), 'nor is a private key (T-12)');
  }
});

/** The 32 bytes that are the secret of a P-256 key in PKCS#8. */
function privateScalar(pkcs8: string): Buffer {
  const der = Buffer.from(pkcs8, 'base64');
  const at = der.indexOf(Buffer.from('0201010420', 'hex')) + 5;
  return der.subarray(at, at + 32);
}

const HOSTILE: Readonly<Record<string, string>> = {
  'a line of its own': 'x\n{"level":"fatal","msg":"forged"}\n',
  colours: '\u001b[31mred\u001b[0m\u0007',
  'other line ends': 'a\u2028b\u2029c\u0085d\re',
  'a megabyte': 'y'.repeat(1 << 20),
  'an order of reading': 'a\u202eb\u2066c',
};

t.test('what strangers send is one line of the log, escaped and cut (T-26)', async (t) => {
  const server = startCli(t, runArgs(temporaryDirectory(t), '--log-level', 'debug'));
  await server.printed(/"Server started"/);
  const client = createClient(
    'agent',
    /"address":"([^"]+)"/.exec(server.stderr())![1]!,
    new SpiffeChannelCredentials({ present: () => undefined, verify: () => undefined }),
    { 'grpc.ssl_target_name_override': 'server' },
  );
  t.teardown(() => client.close());
  const csr = Buffer.from(await createCsr({ signer: (await generateKeyPair('ec-p256')).signer }));
  for (const [name, type] of Object.entries(HOSTILE)) {
    const data = { type, payload: Buffer.from(type) };
    await t.rejects(attestWith(client, { params: { data, params: { csr } } }), name);
  }
  server.signal('SIGTERM');
  t.equal(await server.ended, 0);
  const lines = server.stderr().trimEnd().split('\n');
  t.ok(lines.length > Object.keys(HOSTILE).length);
  for (const line of lines) {
    t.not((JSON.parse(line) as { msg: string }).msg, 'forged');
    t.ok(line.length < 20_000, 'cut');
    t.notMatch(line, /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u, 'escaped');
  }
});
