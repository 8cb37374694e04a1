import t from 'tap';
import { checkCliRows } from '../../support/cli-rows.ts';
import { runCli } from '../../support/run-cli.ts';
import { call, startTestServer } from '../../support/test-server.ts';

const server = await startTestServer(t);
const entries = server.local('entry');
const cli = (args: readonly string[]) => runCli([...args, '--socket', server.socketPath]);

const NODE = 'spiffe://example.org/node';
const idOf = (path: string): string => `spiffe://example.org${path}`;

/** The ID of a new entry. */
async function created(path: string, ...more: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await cli([
    ...['entry', 'create', '--spiffe-id', idOf(path), '--parent-id', NODE],
    ...['--selector', 'unix:uid:1000', ...more],
  ]);
  if (exitCode !== 0) throw new Error(stderr);
  return stdout.trim();
}

const change = (id: string, ...flags: readonly string[]): readonly string[] => [
  ...['entry', 'update', '--entry-id', id, ...flags],
];

t.test('each flag of `entry update` changes its field, and no other', async (t) => {
  const full = [
    '--x509-ttl',
    '16',
    '--jwt-ttl',
    '17',
    '--dns',
    'a.b',
    '--dns',
    'c.d',
    '--hint',
    'h',
  ];
  const rows: readonly (readonly [readonly string[], object])[] = [
    [['--spiffe-id', idOf('/update/new')], { spiffe_id: { path: '/update/new' } }],
    [['--parent-id', idOf('/other')], { parent_id: { path: '/other' } }],
    [['--node'], { parent_id: { trust_domain: 'example.org', path: '/spire/server' } }],
    [
      ['--node', '--spiffe-id', idOf('/update/alias')],
      { parent_id: { path: '/spire/server' }, spiffe_id: { path: '/update/alias' } },
    ],
    [
      ['--selector', 'unix:uid:1', '--selector', 'unix:gid:1'],
      {
        selectors: [
          { type: 'unix', value: 'gid:1' },
          { type: 'unix', value: 'uid:1' },
        ],
      },
    ],
    [['--x509-ttl', '1h'], { x509_svid_ttl: 3600 }],
    [['--jwt-ttl', '0'], { jwt_svid_ttl: 0 }],
    [['--dns', 'e.f'], { dns_names: ['e.f'] }],
    [['--no-dns'], { dns_names: [] }],
    [['--dns', 'e.f', '--no-dns', '--dns', 'g.h'], { dns_names: ['g.h'] }],
    [['--no-admin'], { admin: false }],
    [['--admin', '--no-downstream'], { admin: true, downstream: false }],
    [['--hint', 'new'], { hint: 'new' }],
    [['--no-hint'], { hint: '' }],
    [['--no-federates-with'], { federates_with: [] }],
  ];
  for (const [at, [flags, expected]] of rows.entries()) {
    await t.test(flags.join(' '), async (t) => {
      const id = await created(`/update/${at}`, '--admin', '--downstream', ...full);
      const before = await call(entries, entries.GetEntry, { id });
      const { exitCode, stderr } = await cli(change(id, ...flags));
      t.strictSame({ exitCode, stderr }, { exitCode: 0, stderr: '' });
      const { spiffe_id, parent_id, ...after } = await call(entries, entries.GetEntry, { id });
      const { spiffe_id: oldId, parent_id: oldParent, ...rest } = before;
      const {
        spiffe_id: newId = oldId,
        parent_id: newParent = oldParent,
        ...more
      } = expected as Partial<typeof before>;
      t.match({ spiffe_id, parent_id }, { spiffe_id: newId, parent_id: newParent });
      t.strictSame(
        JSON.stringify(after),
        JSON.stringify({ ...rest, ...more, revision_number: '1' }),
      );
    });
  }
});

t.test('`entry update` says what came of it', async (t) => {
  const id = await created('/said');
  const { stdout } = await cli(change(id, '--hint', 'a', '--output', 'json'));
  const entry = JSON.parse(JSON.stringify(await call(entries, entries.GetEntry, { id }))) as object;
  t.strictSame(JSON.parse(stdout), {
    results: [{ status: { code: 0, message: 'OK' }, entry }],
  });
  const other = await created('/said/other');
  await checkCliRows(
    t,
    [
      {
        name: 'a line for a script, as of `entry show`',
        args: change(id, '--hint', 'b'),
        exitCode: 0,
        stdout: new RegExp(`^${id}\t${idOf('/said')}\t${NODE}\tunix:uid:1000\t.*\thint=b\n$`),
      },
      {
        name: 'an entry that is not there',
        args: change('nothing', '--hint', 'a'),
        exitCode: 1,
        stderr: /^error: not done: cannot change the entry: the server answered NOT_FOUND/,
      },
      {
        name: 'one that is not there, whose trust domain is asked for',
        args: change('nothing', '--node'),
        exitCode: 1,
        stderr: /NOT_FOUND: entry not found/,
      },
      {
        name: 'one that would be as another is, saying which',
        args: change(other, '--spiffe-id', idOf('/said')),
        exitCode: 1,
        stderr: new RegExp(`ALREADY_EXISTS: .*similar entry.*${id}`),
      },
      {
        name: 'what the server refuses',
        args: change(id, '--dns', 'a_b!'),
        exitCode: 1,
        stderr:
          /INVALID_ARGUMENT: failed to convert entry: invalid DNS name: DNS name is malformed/,
      },
      {
        name: 'nothing to change',
        args: change(id),
        exitCode: 2,
        stderr: /^error: nothing to change: say what, such as --dns <NAME>\n.*help entry update/,
      },
      {
        name: 'no entry',
        args: ['entry', 'update', '--hint', 'a'],
        exitCode: 2,
        stderr: /^error: missing --entry-id <ID>/,
      },
      {
        name: 'two kinds of parent',
        args: change(id, '--node', '--parent-id', NODE),
        exitCode: 2,
        stderr: /'--parent-id <ID>' cannot be used with option '--node'/,
      },
    ],
    cli,
  );
});
