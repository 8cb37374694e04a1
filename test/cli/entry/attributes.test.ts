import t from 'tap';
import { runCli } from '../../support/run-cli.ts';
import { call, startTestServer } from '../../support/test-server.ts';

const server = await startTestServer(t);
const registered = server.local('serverEntry');
const cli = (...args: readonly string[]) =>
  runCli(['entry', ...args, '--socket', server.socketPath]);
const attributesOf = async (id: string) =>
  (await call(registered, registered.ListEntries, { ids: [id] })).entries[0]!.attributes;

let count = 0;
async function created(...flags: readonly string[]): Promise<string> {
  const identity = ['--spiffe-id', `spiffe://example.org/e${count++}`, '--selector', 'unix:uid:1'];
  const { exitCode, stdout, stderr } = await cli('create', ...identity, '--node', ...flags);
  if (exitCode !== 0) throw new Error(stderr);
  return stdout.trim();
}

const FULL = [
  ...['--owner', 'payments', '--label', 'tier=1', '--label', 'a=b=c', '--environment', 'prod'],
  ...['--description', 'takes the money', '--audience', 'db', '--audience', 'queue'],
  ...['--audience-max-count', '1', '--audience-max-ttl', '5m'],
];
const ALL = {
  owner: 'payments',
  labels: { tier: '1', a: 'b=c' },
  environment: 'prod',
  description: 'takes the money',
  audience: { allow: ['db', 'queue'], max_count: 1, max_ttl: 300 },
};

t.test('each flag of `entry update` changes its attribute, and no other', async (t) => {
  const { audience } = ALL;
  const rows: readonly [readonly string[], object][] = [
    [['--owner', 'x'], { owner: 'x' }],
    [['--no-owner'], { owner: '' }],
    [['--label', 'x=y'], { labels: { x: 'y' } }],
    [['--label', 'x='], { labels: { x: '' } }],
    [['--no-label'], { labels: {} }],
    [['--environment', 'x'], { environment: 'x' }],
    [['--no-environment'], { environment: '' }],
    [['--description', 'x'], { description: 'x' }],
    [['--no-description'], { description: '' }],
    [['--audience', 'x'], { audience: { ...audience, allow: ['x'] } }],
    [['--audience-max-count', '0'], { audience: { ...audience, max_count: 0 } }],
    [['--audience-max-ttl', '0'], { audience: { ...audience, max_ttl: 0 } }],
    [['--no-audience'], { audience: null }],
    [
      ['--no-audience', '--audience-max-count', '2'],
      { audience: { allow: [], max_count: 2, max_ttl: 0 } },
    ],
    [['--hint', 'x'], {}],
  ];
  for (const [flags, changed] of rows) {
    const id = await created(...FULL);
    t.strictSame(JSON.parse(JSON.stringify(await attributesOf(id))), ALL);
    const { exitCode, stderr, stdout } = await cli('update', '--entry-id', id, ...flags);
    t.strictSame({ exitCode, stderr }, { exitCode: 0, stderr: '' }, flags.join(' '));
    const after = JSON.parse(JSON.stringify(await attributesOf(id))) as object;
    t.strictSame(after, { ...ALL, ...changed }, flags.join(' '));
    t.match(stdout, new RegExp(`^${id}\t`));
  }
});

t.test('`entry update` of an entry that has none yet', async (t) => {
  const id = await created();
  t.equal(await attributesOf(id), null);
  t.match(await cli('update', '--entry-id', id, '--audience', 'x'), { exitCode: 0 });
  t.match(await attributesOf(id), { owner: '', audience: { allow: ['x'] } });
  const missing = await cli('update', '--entry-id', 'nothing', '--owner', 'x');
  t.match(missing, { exitCode: 1, stderr: /NOT_FOUND: entry not found/ });
});

t.test('found by what is said of them', async (t) => {
  const id = await created('--owner', 'search', '--label', 'a=1', '--label', 'b=2');
  await created('--owner', 'search', '--label', 'a=1', '--environment', 'test');
  for (const [flags, found] of [
    [['--owner', 'search'], '2'],
    [['--owner', 'search', '--label', 'b=2'], '1'],
    [['--label', 'a=1', '--label', 'b=2'], '1'],
    [['--environment', 'test', '--owner', 'search'], '1'],
    [['--environment', 'nowhere'], '0'],
    [['--owner', 'search', '--spiffe-id', 'spiffe://example.org/none'], '0'],
  ] as const) {
    t.match(await cli('count', ...flags), { exitCode: 0, stdout: `${found}\n` }, flags.join(' '));
    const { stdout } = await cli('show', ...flags);
    t.equal(stdout.split('\n').length - 1, Number(found), flags.join(' '));
  }
  const json = await cli('show', '--entry-id', id, '--output', 'json');
  t.match(JSON.parse(json.stdout), {
    entries: [{ id, attributes: { owner: 'search', labels: { a: '1', b: '2' }, audience: null } }],
  });
  const created1 = await cli(
    ...['create', '--spiffe-id', 'spiffe://example.org/json', '--selector', 'unix:uid:1'],
    ...['--node', '--owner', 'x', '--output', 'json'],
  );
  t.match(JSON.parse(created1.stdout), {
    results: [{ status: { code: 0 }, entry: { attributes: { owner: 'x' } } }],
  });
});
