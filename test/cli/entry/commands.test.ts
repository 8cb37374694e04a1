import { join } from 'node:path';
import t from 'tap';
import { checkCliRows } from '../../support/cli-rows.ts';
import { runCli } from '../../support/run-cli.ts';
import { serveUnix } from '../../support/serve-unix.ts';
import { temporaryDirectory } from '../../support/socket-path.ts';
import { call, startTestServer } from '../../support/test-server.ts';

const server = await startTestServer(t);
const entries = server.local('entry');
const cli = (args: readonly string[]) => runCli([...args, '--socket', server.socketPath]);

const NODE = 'spiffe://example.org/node';
const idOf = (path: string): string => `spiffe://example.org${path}`;
const create = (path: string, ...more: readonly string[]): readonly string[] => [
  ...['entry', 'create', '--spiffe-id', idOf(path), '--parent-id', NODE],
  ...['--selector', 'unix:uid:1000', ...more],
];

/** The entry ID, as a script gets it. */
async function created(path: string, ...more: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await cli(create(path, ...more));
  if (exitCode !== 0) throw new Error(stderr);
  return stdout.trim();
}

interface EntryJson {
  readonly id: string;
  readonly spiffe_id: { readonly path: string };
}

async function shown(...filter: readonly string[]): Promise<string[]> {
  const { stdout } = await cli(['entry', 'show', '--output', 'json', ...filter]);
  const { entries } = JSON.parse(stdout) as { entries: EntryJson[] };
  return entries.map(({ spiffe_id }) => spiffe_id.path).sort();
}

t.test('each flag of `entry create` arrives at the server', async (t) => {
  const rows: readonly (readonly [string, readonly string[], object])[] = [
    ['whole seconds as TTL', ['--x509-ttl', '16'], { x509_svid_ttl: 16, jwt_svid_ttl: 0 }],
    ['a duration as TTL', ['--jwt-ttl', '1h30m'], { x509_svid_ttl: 0, jwt_svid_ttl: 5400 }],
    ['no TTL of its own', ['--x509-ttl', '0'], { x509_svid_ttl: 0 }],
    ['DNS names', ['--dns', 'b.example', '--dns', 'a.b'], { dns_names: ['b.example', 'a.b'] }],
    ['an administrator', ['--admin'], { admin: true, downstream: false }],
    ['an authority below', ['--downstream'], { admin: false, downstream: true }],
    ['a hint', ['--hint', 'internal one'], { hint: 'internal one' }],
    [
      'more selectors, values with colons too',
      ['--selector', 'unix:path:/a:b', '--selector', 'k8s:pod-label:a:b'],
      {
        selectors: [
          { type: 'k8s', value: 'pod-label:a:b' },
          { type: 'unix', value: 'path:/a:b' },
          { type: 'unix', value: 'uid:1000' },
        ],
      },
    ],
  ];
  for (const [index, [name, flags, expected]] of rows.entries()) {
    await t.test(name, async (t) => {
      const id = await created(`/flag-${index}`, ...flags);
      const entry = await call(entries, entries.GetEntry, { id });
      t.match(entry, {
        spiffe_id: { trust_domain: 'example.org', path: `/flag-${index}` },
        parent_id: { trust_domain: 'example.org', path: '/node' },
        ...expected,
      });
    });
  }
  await t.test('a node alias', async (t) => {
    const { stdout, exitCode } = await cli([
      ...['entry', 'create', '--node', '--spiffe-id', idOf('/alias')],
      ...['--selector', 'join_token:x'],
    ]);
    t.equal(exitCode, 0);
    const { parent_id } = await call(entries, entries.GetEntry, { id: stdout.trim() });
    t.match(parent_id, { trust_domain: 'example.org', path: '/spire/server' });
  });
});

t.test('trust domains to federate with, by name or by ID, are sent by name', async (t) => {
  const path = join(temporaryDirectory(t), 's');
  const asked: unknown[] = [];
  await serveUnix(t, path, {
    entry: {
      BatchCreateEntry: ({ entries }) => {
        asked.push(entries[0]!.federates_with);
        return { results: [{ status: { code: 0 }, entry: { id: 'new' } }] };
      },
    },
  });
  const federation = ['--federates-with', 'one.org', '--federates-with', 'spiffe://two.org'];
  const { exitCode, stdout } = await runCli([...create('/a', ...federation), '--socket', path]);
  t.equal(exitCode, 0);
  t.equal(stdout, 'new\n');
  t.strictSame(asked, [['one.org', 'two.org']]);
});

t.test('--output json is the response itself', async (t) => {
  const { stdout, stderr } = await cli(create('/json', '--x509-ttl', '16', '--output', 'json'));
  t.match(stderr, /^warning: the parent \S+\/node is neither an agent nor/);
  const { results } = JSON.parse(stdout) as { results: { entry: EntryJson }[] };
  const { id } = results[0]!.entry;
  const entry = await call(entries, entries.GetEntry, { id });
  t.strictSame(results, [
    {
      status: { code: 0, message: 'OK' },
      entry: JSON.parse(JSON.stringify(entry)) as object,
    },
  ]);
  t.match(results[0]!.entry, { created_at: /^\d{10}$/, revision_number: '0', x509_svid_ttl: 16 });

  const listed = await cli(['entry', 'show', '--entry-id', id, '--output', 'json']);
  t.strictSame(JSON.parse(listed.stdout), {
    entries: [results[0]!.entry],
    next_page_token: '',
  });
  const deleted = await cli(['entry', 'delete', '--entry-id', id, '--output', 'json']);
  t.strictSame(JSON.parse(deleted.stdout), {
    results: [{ status: { code: 0, message: 'OK' }, id }],
  });
});

t.test('`entry create` is refused', async (t) => {
  const existing = await created('/existing');
  const id = idOf('/refused');
  const selector = ['--selector', 'unix:uid:1'];
  await checkCliRows(
    t,
    [
      {
        name: 'without a parent, saying where to find one',
        args: ['entry', 'create', '--spiffe-id', id, ...selector],
        exitCode: 2,
        stderr: /^error: missing --parent-id <ID>.*`vouchsafe agent list`.*\n.*help entry create/,
      },
      {
        name: 'with two kinds of parent',
        args: create('/refused', '--node'),
        exitCode: 2,
        stderr: /'--parent-id <ID>' cannot be used with option '--node'/,
      },
      {
        name: 'with the parent of another trust domain',
        args: ['entry', 'create', '--spiffe-id', id, '--parent-id', 'spiffe://b/c', ...selector],
        exitCode: 1,
        stderr: /^error: not done: cannot create the entry: .*"spiffe:\/\/b\/c" is not a member/,
      },
      {
        name: 'with the ID of a whole trust domain',
        args: create('').with(3, 'spiffe://example.org'),
        exitCode: 1,
        stderr: /INVALID_ARGUMENT: .*path is empty/,
      },
      {
        name: 'when there is one like it, saying which',
        args: create('/existing'),
        exitCode: 1,
        stderr: new RegExp(`ALREADY_EXISTS: .*\\(entry ID ${existing}\\)`),
      },
      {
        name: 'with a trust domain of which no bundle is known',
        args: create('/refused', '--federates-with', 'three.org'),
        exitCode: 1,
        stderr: /unable to find federated bundle "spiffe:\/\/three\.org"/,
      },
      {
        name: 'with a malformed DNS name',
        args: create('/refused', '--dns', 'a_b!'),
        exitCode: 1,
        stderr: /DNS name is malformed: "a_b!"/,
      },
      {
        name: 'with a fraction of a second',
        args: create('/refused', '--x509-ttl', '1.5s'),
        exitCode: 2,
        stderr: /'--x509-ttl <TTL>' argument '1\.5s' is invalid\. A TTL is whole seconds/,
      },
      {
        name: 'with a negative TTL',
        args: create('/refused', '--jwt-ttl=-1'),
        exitCode: 2,
        stderr: /'--jwt-ttl <TTL>' argument '-1' is invalid/,
      },
      {
        name: 'with a mistyped selector',
        args: create('/refused', '--selector', 'unix:uuid:1'),
        exitCode: 2,
        stderr:
          /'--selector <TYPE:VALUE>' argument 'unix:uuid:1' is invalid\. Did you mean unix:uid:1/,
      },
      {
        name: 'with an empty hint',
        args: create('/refused', '--hint', ''),
        exitCode: 2,
        stderr: /'--hint <TEXT>' argument '' is invalid\. It cannot be empty/,
      },
      {
        name: 'with words behind the flags',
        args: create('/refused', 'more'),
        exitCode: 2,
        stderr: /too many arguments/,
      },
    ],
    cli,
  );
  t.strictSame(await shown('--spiffe-id', id), [], 'and nothing is left of it');
  await t.test('and JSON says so too', async (t) => {
    const { exitCode, stdout } = await cli(create('/existing', '--output', 'json'));
    t.equal(exitCode, 1);
    t.match(JSON.parse(stdout), { results: [{ status: { code: 6 }, entry: { id: existing } }] });
  });
});

t.test('`entry show` narrows by each filter, and by all of them', async (t) => {
  const all = ['--parent-id', idOf('/show')];
  const under = (path: string, ...selectors: readonly string[]) => [
    ...['entry', 'create', '--spiffe-id', idOf(path), ...all],
    ...selectors.flatMap((text) => ['--selector', text]),
  ];
  for (const args of [
    under('/show/a', 'unix:uid:1'),
    under('/show/b', 'unix:uid:1', 'unix:gid:2'),
    under('/show/b', 'unix:uid:3'),
  ]) {
    t.equal((await cli(args)).exitCode, 0);
  }
  const rows = [
    { filter: all, paths: ['/show/a', '/show/b', '/show/b'] },
    { filter: [...all, '--spiffe-id', idOf('/show/b')], paths: ['/show/b', '/show/b'] },
    { filter: [...all, '--selector', 'unix:uid:1'], paths: ['/show/a', '/show/b'] },
    {
      filter: [...all, '--selector', 'unix:uid:1', '--selector', 'unix:gid:2'],
      paths: ['/show/b'],
    },
    {
      filter: ['--spiffe-id', idOf('/show/b'), '--selector', 'unix:uid:3'],
      paths: ['/show/b'],
    },
    { filter: [...all, '--selector', 'unix:uid:2'], paths: [] },
  ];
  for (const { filter, paths } of rows) {
    t.strictSame(await shown(...filter), paths, filter.join(' '));
  }
  await checkCliRows(
    t,
    [
      {
        name: 'none found is said, and is no failure',
        args: ['entry', 'show', '--spiffe-id', idOf('/nobody')],
        exitCode: 0,
        stderr: /^no entries found\n$/,
      },
      {
        name: 'an entry ID that is not there is one',
        args: ['entry', 'show', '--entry-id', 'nothing'],
        exitCode: 1,
        stderr: /NOT_FOUND: entry not found/,
      },
      {
        name: 'an entry ID needs no other filter',
        args: ['entry', 'show', '--entry-id', 'x', '--selector', 'unix:uid:1'],
        exitCode: 2,
        stderr: /'--entry-id <ID>' cannot be used with option '--selector <TYPE:VALUE>'/,
      },
      {
        name: 'a table has a header and everything that is set',
        args: ['entry', 'show', '--output', 'table', '--spiffe-id', idOf('/show/a')],
        exitCode: 0,
        stdout:
          /^ENTRY ID +SPIFFE ID .*\n\S+ +spiffe:\/\/example\.org\/show\/a .* unix:uid:1 +default +default\n$/,
      },
    ],
    cli,
  );
});

t.test('`entry count` counts what `entry show` shows, by every filter', async (t) => {
  const path = join(temporaryDirectory(t), 's');
  const asked: unknown[] = [];
  await serveUnix(t, path, {
    entry: {
      CountEntries: ({ filter }) => {
        asked.push(filter);
        return { count: 3 };
      },
      ListEntries: ({ filter }) => {
        asked.push(filter);
        return { entries: [], next_page_token: '' };
      },
    },
  });
  const selectors = [{ type: 'unix', value: 'uid:1' }];
  const rows: readonly (readonly [readonly string[], object])[] = [
    [[], {}],
    [['--spiffe-id', NODE], { by_spiffe_id: { trust_domain: 'example.org', path: '/node' } }],
    [['--parent-id', NODE], { by_parent_id: { trust_domain: 'example.org', path: '/node' } }],
    [['--selector', 'unix:uid:1'], { by_selectors: { selectors, match: 'MATCH_SUPERSET' } }],
    [
      ['--selector', 'unix:uid:1', '--match', 'exact'],
      { by_selectors: { selectors, match: 'MATCH_EXACT' } },
    ],
    [
      ['--selector', 'unix:uid:1', '--match', 'any'],
      { by_selectors: { selectors, match: 'MATCH_ANY' } },
    ],
    [
      ['--federates-with', 'one.org', '--federates-with', 'spiffe://two.org', '--match', 'subset'],
      { by_federates_with: { trust_domains: ['one.org', 'two.org'], match: 'MATCH_SUBSET' } },
    ],
    [['--hint', 'h'], { by_hint: { value: 'h' } }],
    [['--downstream'], { by_downstream: { value: true } }],
  ];
  const none = {
    ...{ by_spiffe_id: null, by_parent_id: null, by_selectors: null },
    ...{ by_federates_with: null, by_hint: null, by_downstream: null },
  };
  for (const [flags, expected] of rows) {
    const { exitCode, stdout } = await runCli(['entry', 'count', ...flags, '--socket', path]);
    t.strictSame({ exitCode, stdout }, { exitCode: 0, stdout: '3\n' });
    await runCli(['entry', 'show', ...flags, '--socket', path]);
    const filter = { ...none, ...expected };
    t.strictSame(JSON.parse(JSON.stringify(asked.splice(0))), [filter, filter], flags.join(' '));
  }
  await created('/counted', '--hint', 'counted', '--downstream');
  const real = ['entry', 'count', '--hint', 'counted', '--downstream', '--match', 'exact'];
  const { stdout } = await cli([...real, '--selector', 'unix:uid:1000', '--output', 'json']);
  t.strictSame(JSON.parse(stdout), { count: 1 });
  await checkCliRows(
    t,
    [
      {
        name: 'a table has a header',
        args: ['entry', 'count', '--hint', 'counted', '--output', 'table'],
        exitCode: 0,
        stdout: /^ENTRIES\n1\n$/,
      },
      {
        name: 'how to match, but not what',
        args: ['entry', 'count', '--match', 'any'],
        exitCode: 2,
        stderr: /^error: missing --selector <TYPE:VALUE> or --federates-with <TRUST_DOMAIN>/,
      },
      {
        name: 'another way to match',
        args: ['entry', 'show', '--match', 'some', '--selector', 'unix:uid:1'],
        exitCode: 2,
        stderr: /'--match <HOW>' argument 'some' is invalid/,
      },
      {
        name: 'a hint beside an entry ID',
        args: ['entry', 'show', '--entry-id', 'x', '--hint', 'h'],
        exitCode: 2,
        stderr: /'--entry-id <ID>' cannot be used with option '--hint <TEXT>'/,
      },
    ],
    cli,
  );
});

t.test('`entry delete` deletes what it can, and tells what it could not', async (t) => {
  const [first, second] = [await created('/delete/1'), await created('/delete/2')];
  const flags = [first, 'nothing', second].flatMap((id) => ['--entry-id', id]);
  const { exitCode, stdout, stderr } = await cli(['entry', 'delete', ...flags]);
  t.equal(exitCode, 1);
  t.equal(stdout, `${first}\tdeleted\nnothing\tNOT_FOUND\n${second}\tdeleted\n`);
  t.match(stderr, /^error: not done: cannot delete all of the entries: .*NOT_FOUND/);
  t.notMatch(await shown(), ['/delete/1']);
  await checkCliRows(
    t,
    [
      { name: 'none', args: ['entry', 'delete'], exitCode: 2, stderr: /missing --entry-id <ID>/ },
      {
        name: 'an empty one',
        args: ['entry', 'delete', '--entry-id', ''],
        exitCode: 2,
        stderr: /'--entry-id <ID>' argument '' is invalid/,
      },
    ],
    cli,
  );
});
