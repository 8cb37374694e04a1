import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { parse } from 'yaml';
import { encodePem } from '@vouchsafe/pki/keys/pem';
import { checkCliRows } from '../../support/cli-rows.ts';
import { runCli } from '../../support/run-cli.ts';
import { serveUnix } from '../../support/serve-unix.ts';
import { temporaryDirectory } from '../../support/socket-path.ts';
import { makeAuthority } from '../../support/test-bundle.ts';
import { call, newAgent, startTestServer } from '../../support/test-server.ts';

const server = await startTestServer(t);
const entries = server.local('entry');
const directory = temporaryDirectory(t);
const file = join(directory, 'entries.yaml');
const other = await makeAuthority({ trustDomain: 'other.org' });
const agent = await newAgent(server);
const PARENT = `spiffe://example.org${agent.path}`;

const cli = (...args: readonly string[]) => runCli([...args, '--socket', server.socketPath]);
const apply = (...flags: readonly string[]) => cli('entry', 'apply', file, ...flags);
const list = async () => (await call(entries, entries.ListEntries, {})).entries;

interface Said {
  readonly path: string;
  readonly more?: object;
}

function say(said: readonly Said[], top: object = {}): void {
  const list = said.map(({ path, more }) => ({
    ...{ spiffe_id: `spiffe://example.org${path}`, parent_id: PARENT, selectors: ['unix:uid:1'] },
    ...more,
  }));
  writeFileSync(file, JSON.stringify({ trust_domain: 'example.org', ...top, entries: list }));
}

t.test('B7 a file becomes entries, and the second time there is nothing to do', async (t) => {
  const federated_bundles = [
    { trust_domain: 'other.org', bundle: encodePem('CERTIFICATE', other.raw) },
  ];
  say(
    [
      { path: '/web', more: { owner: 'web team', federates_with: ['other.org'], hint: 'h' } },
      { path: '/db', more: { dns_names: ['db.example.org'], x509_svid_ttl: '1h' } },
    ],
    { federated_bundles },
  );
  const dry = await apply('--dry-run');
  t.match(dry, { exitCode: 0, stderr: '', stdout: /\ndry run: nothing done\n$/ });
  t.strictSame(await list(), []);
  const first = await apply();
  t.match(first, { exitCode: 0, stderr: '', stdout: /\ndone\n$/ });
  t.equal(first.stdout.replace(/done\n$/, ''), dry.stdout.replace(/dry run: .*\n$/, ''));
  t.equal(
    first.stdout,
    `+ federated bundle other.org (X.509 authorities: 1, JWT keys: 0)
+ entry spiffe://example.org/web
    parent_id: ${PARENT}
    selectors: ["unix:uid:1"]
    federates_with: ["other.org"]
    hint: h
    owner: web team
+ entry spiffe://example.org/db
    parent_id: ${PARENT}
    selectors: ["unix:uid:1"]
    x509_svid_ttl: 1h
    dns_names: ["db.example.org"]
1 bundles to store, 2 to create, 0 to change, 0 to delete, 0 as they are
done
`,
  );
  const before = await list();
  t.match(before, [{ federates_with: ['other.org'] }, { x509_svid_ttl: 3600 }]);
  const second = await apply('--prune');
  t.strictSame(second, {
    ...{ exitCode: 0, stderr: '' },
    stdout: '0 to create, 0 to change, 0 to delete, 2 as they are\n',
  });
  t.strictSame(await list(), before);
  t.match(await cli('entry', 'diff', file), { exitCode: 0, stderr: '' });
});

t.test(
  'what has changed is shown, and changed; what the file lacks is left or pruned',
  async (t) => {
    say([
      { path: '/web', more: { owner: 'other team', federates_with: ['other.org'], hint: 'h' } },
      { path: '/new' },
    ]);
    const [web, db] = await list();
    const diff = await cli('entry', 'diff', file);
    t.match(diff, { exitCode: 1, stderr: /^error: the server is not as the file says: / });
    t.equal(
      diff.stdout,
      `~ entry ${web!.id} spiffe://example.org/web (under ${PARENT}, unix:uid:1)
    - owner: web team
    + owner: other team
+ entry spiffe://example.org/new
    parent_id: ${PARENT}
    selectors: ["unix:uid:1"]
1 to create, 1 to change, 0 to delete, 0 as they are, 1 not in the file
`,
    );
    const joined = await newAgent(server, { alias: '/alias' });
    t.match(await apply('--prune'), {
      exitCode: 0,
      stdout: new RegExp(`^- entry ${db!.id} spiffe://example.org/db`),
    });
    const after = (await list()).map(({ spiffe_id }) => spiffe_id!.path);
    t.strictSame(after, ['/web', '/alias', '/new'], `the alias of ${joined.path} stays`);
    const shown = await cli('entry', 'show', '--owner', 'other team');
    t.match(
      shown.stdout,
      new RegExp(`^${web!.id}\t.*\thint=h federates-with=other.org owner=other`),
    );
  },
);

t.test('one item that cannot be done stops all of them, and is named', async (t) => {
  const before = await list();
  say([
    { path: '/web', more: { federates_with: ['other.org'], hint: 'h', dns_names: ['a_b!'] } },
    { path: '/new', more: { id: 'mine' } },
    { path: '/good' },
    { path: '/far', more: { federates_with: ['nowhere.org'] } },
  ]);
  for (const flags of [[], ['--dry-run'], ['--output', 'json']]) {
    const { exitCode, stderr } = await apply(...flags);
    t.equal(exitCode, 1);
    t.match(stderr, /^error: not done: nothing was changed, for\n/);
    t.match(stderr, /~ entry \S+: INVALID_ARGUMENT: failed to .*"a_b!"/);
    t.match(stderr, /\+ entry mine \S+\/new: ALREADY_EXISTS: similar .*\(entry ID \S+\)/);
    t.match(stderr, /\+ entry \S+\/far: INVALID_ARGUMENT: .*"spiffe:\/\/nowhere.org"/);
    t.notMatch(stderr, '/good');
  }
  t.strictSame(await list(), before);
});

t.test('for a program', async (t) => {
  say([{ path: '/web', more: { hint: 'j' } }, { path: '/json' }]);
  const json = await apply('--output', 'json');
  t.match(JSON.parse(json.stdout), {
    ...{ applied: true, dry_run: false, bundles: [], unchanged: 0, not_in_file: 1, delete: [] },
    create: [{ spiffe_id: 'spiffe://example.org/json', selectors: ['unix:uid:1'] }],
    update: [
      { changes: { hint: { from: 'h', to: 'j' }, federates_with: { from: ['other.org'] } } },
    ],
  });
  const yaml = await apply('--output', 'yaml', '--dry-run');
  t.match(parse(yaml.stdout), { applied: false, dry_run: true, create: [], unchanged: 2 });
});

t.test('an export is a file that is applied without a change', async (t) => {
  for (const format of ['yaml', 'json']) {
    const exported = await cli('entry', 'export', '--output', format);
    t.match(exported, { exitCode: 0, stderr: '' });
    writeFileSync(file, exported.stdout);
    t.match(await cli('entry', 'diff', file, '--prune'), { exitCode: 0, stderr: '' }, format);
    t.notMatch(exported.stdout, 'spiffe_id:spiffe://example.org/spire/agent/join_token');
  }
  await cli(
    'entry',
    'create',
    '--spiffe-id',
    'spiffe://example.org/f',
    '--parent-id',
    PARENT,
    '--selector',
    'unix:uid:9',
    '--federates-with',
    'other.org',
    '--label',
    'tier=f',
    '--audience',
    'db',
  );
  const one = await cli('entry', 'export', '--label', 'tier=f');
  t.match(parse(one.stdout), {
    trust_domain: 'example.org',
    federated_bundles: [{ trust_domain: 'other.org', bundle: { keys: [{ use: 'x509-svid' }] } }],
    entries: [{ labels: { tier: 'f' }, audience: { allow: ['db'] } }],
  });
  writeFileSync(file, one.stdout);
  t.match(await cli('entry', 'diff', file), { exitCode: 0, stderr: '' });
  const none = await cli('entry', 'export', '--owner', 'nobody');
  t.strictSame(parse(none.stdout), { entries: [] });
});

t.test('an entry that changes between is not overwritten', async (t) => {
  const socketPath = join(directory, 'changed.sock');
  await serveUnix(t, socketPath, {
    serverEntry: {
      ListEntries: () => ({ entries: [] }),
      ApplyEntries: () => ({
        created: [
          {
            status: {
              code: 10,
              message: 'failed to update entry: it has changed since, to revision 8',
            },
          },
          { status: { code: 10, message: 'nothing was done' } },
        ],
      }),
    },
  });
  say([{ path: '/a' }, { path: '/b' }]);
  const { exitCode, stderr } = await runCli(['entry', 'apply', file, '--socket', socketPath]);
  t.equal(exitCode, 1);
  t.match(stderr, /entry \S+\/a: ABORTED: .*changed since, to revision 8\nNext: run it again/);
  t.notMatch(stderr, '/b');
});

t.test(
  'a server of others can be compared with and exported from, and not applied to',
  async (t) => {
    const socketPath = join(directory, 'spire.sock');
    const [entry] = await list();
    await serveUnix(t, socketPath, {
      entry: {
        ListEntries: () => ({ entries: [entry!] }),
        GetEntry: () => entry!,
        CountEntries: () => ({ count: 1 }),
      },
    });
    const there = (...args: readonly string[]) => runCli([...args, '--socket', socketPath]);
    const exported = await there('entry', 'export');
    t.match(parse(exported.stdout), { entries: [{ id: entry!.id }] });
    writeFileSync(file, exported.stdout);
    t.match(await there('entry', 'diff', file, '--prune'), { exitCode: 0 });
    t.match(await there('entry', 'show'), { exitCode: 0, stdout: new RegExp(`^${entry!.id}\t`) });
    t.match(await there('entry', 'show', '--entry-id', entry!.id), { exitCode: 0 });
    say([{ path: '/new' }]);
    const rows = [
      [['entry', 'apply', file], /this server cannot change several entries together\nNext: /],
      [
        ['entry', 'show', '--owner', 'a'],
        /cannot filter by them: the entries of this server have no/,
      ],
      [['entry', 'count', '--label', 'a=b'], /cannot filter by them/],
      [['entry', 'update', '--entry-id', 'x', '--owner', 'a'], /cannot change them/],
      [
        ['entry', 'create', '--owner', 'a', '--spiffe-id', PARENT, '--node', '--selector', 'a:b'],
        /cannot create the entry with them/,
      ],
    ] as const;
    for (const [args, stderr] of rows) {
      t.match(await there(...args), { exitCode: 1, stderr }, args.join(' '));
    }
  },
);

t.test('waits until it is served', async (t) => {
  say([{ path: '/waited' }]);
  const { exitCode, stdout, stderr } = await apply('--wait=1s');
  t.match({ exitCode, stdout }, { exitCode: 1, stdout: /\ndone\n$/ });
  t.match(stderr, 'the entries are as the file says, but not connected: ');
});

const id = ['entry', 'create', '--spiffe-id', 'spiffe://example.org/x', '--node'];
await checkCliRows(
  t,
  [
    {
      name: 'no file',
      args: ['entry', 'apply'],
      exitCode: 2,
      stderr: /missing required argument 'FILE'/,
    },
    {
      name: 'a file that is not there',
      args: ['entry', 'diff', join(directory, 'none')],
      exitCode: 1,
      stderr: /cannot read the input: .*ENOENT/,
    },
    {
      name: 'a label without a value',
      args: [...id, '--selector', 'unix:uid:1', '--label', 'x'],
      exitCode: 2,
      stderr: /A label is KEY=VALUE/,
    },
    {
      name: 'a label without a key',
      args: [...id, '--selector', 'unix:uid:1', '--label', '=x'],
      exitCode: 2,
      stderr: /A label is KEY=VALUE/,
    },
    {
      name: 'an owner that the server refuses',
      args: [...id, '--selector', 'unix:uid:1', '--owner', 'x'.repeat(256)],
      exitCode: 1,
      stderr: /INVALID_ARGUMENT: .*owner is longer than 255 bytes/,
    },
  ],
  (args) => runCli([...args, '--socket', server.socketPath]),
);
