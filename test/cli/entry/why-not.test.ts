import { status } from '@grpc/grpc-js';
import t from 'tap';
import { systemClock } from '../../../runtime/clock.ts';
import { checkCliRows } from '../../support/cli-rows.ts';
import type { CliRow } from '../../support/cli-rows.ts';
import { runCli } from '../../support/run-cli.ts';
import { call, newAgent, startTestServer } from '../../support/test-server.ts';
import type { TestServer } from '../../support/test-server.ts';

const idOf = (path: string): string => `spiffe://example.org${path}`;
const messageOf = (path: string) => ({ trust_domain: 'example.org', path });
const selectors = [{ type: 'unix', value: 'uid:1000' }];

interface Planted {
  readonly id: string;
  readonly path: string;
  readonly parent: string;
  readonly more?: object;
}

async function plant(server: TestServer, planted: readonly Planted[]): Promise<void> {
  const client = server.local('entry');
  const entries = planted.map(({ id, path, parent, more }) => ({
    ...{ id, spiffe_id: messageOf(path), parent_id: messageOf(parent), selectors },
    ...more,
  }));
  const { results } = await call(client, client.BatchCreateEntry, { entries });
  const refused = results.find((result) => result.status?.code !== status.OK);
  if (refused !== undefined) throw new Error(refused.status?.message);
}

t.test('each planted fault is named (exit status 1), and what is near', async (t) => {
  const server = await startTestServer(t);
  const good = (await newAgent(server)).path;
  const other = (await newAgent(server)).path;
  const banned = (await newAgent(server)).path;
  const agents = server.local('agent');
  await call(agents, agents.BanAgent, { id: messageOf(banned) });
  const typo = `${good.slice(0, -1)}_`;
  const alias = '/spire/server';
  await plant(server, [
    { id: 'good', path: '/web/front', parent: good },
    { id: 'below', path: '/web/below', parent: '/web/front' },
    { id: 'db', path: '/db', parent: '/web/frnt' },
    { id: 'typo', path: '/typo', parent: typo },
    { id: 'banned', path: '/banned', parent: banned },
    { id: 'stored', path: '/stored', parent: good, more: { store_svid: true } },
    { id: 'a', path: '/a', parent: '/b' },
    { id: 'b', path: '/b', parent: '/a' },
    { id: 'rack', path: '/rack', parent: alias, more: { selectors: [{ type: 'x', value: 'y' }] } },
    { id: 'on-rack', path: '/on-rack', parent: '/rack' },
    { id: 'lost', path: '/lost', parent: '/no/such/thing/anywhere/here' },
    { id: 'deep', path: '/deep', parent: '/db' },
  ]);
  const rows: readonly (readonly [name: string, args: readonly string[], says: RegExp])[] = [
    ['typo', [idOf('/web/frnot')], /no entry has .*; nearest: .*\/web\/front/],
    ['letter case', [idOf('/Web/Front')], /no entry has .*; nearest: \S*\/web\/front/],
    ['trailing segment', [idOf('/web/front/x')], /nearest: \S*\/web\/front/],
    ['segment missing', [idOf('/web')], /no entry has .*; nearest: .*\/web\/front/],
    [
      'nothing like it',
      [idOf('/zzzzzzzzzzzz')],
      /no entry has the SPIFFE ID \S*\/zzzzzzzzzzzz\.\n/,
    ],
    [
      'trust domain',
      ['spiffe://example.com/web/front'],
      /another trust domain .*nearest: spiffe:\/\/example\.org\/web\/front/,
    ],
    ['parent with a typo', [idOf('/db')], /parent \S*\/web\/frnt is neither .*nearest: .*\/front/],
    ['parent of nothing', [idOf('/lost')], /parent \S*\/here is neither an agent nor[^;\n]*\.\n/],
    ['parent of the parent', [idOf('/deep')], /parent \S*\/web\/frnt is neither/],
    ['agent with a typo', [idOf('/typo')], new RegExp(`no agent \\S*${typo} .*nearest: .*${good}`)],
    ['banned agent', [idOf('/banned')], new RegExp(`agent \\S*${banned} is banned`)],
    ['stored', [idOf('/stored')], /entry stored for .* is to be stored \(store_svid\)/],
    ['circle', [idOf('/a')], /parents form a circle: from \S*\/b /],
    ['alias itself', [idOf('/rack')], /entry rack makes .* a node alias/],
    ['alias without nodes', [idOf('/on-rack')], /alias \S*\/rack \(entry rack\); .* lacks x:y/],
    [
      'another agent',
      [idOf('/web/front'), '--agent-id', idOf(other)],
      new RegExp(`entry good is not under the agent \\S*${other}`),
    ],
    [
      'an agent that never was',
      [idOf('/web/front'), '--agent-id', idOf(typo)],
      new RegExp(`no agent \\S*${typo} has been attested; nearest: .*${good}`),
    ],
  ];
  const cli = (args: readonly string[]) => runCli([...args, '--socket', server.socketPath]);
  const planted = rows.map(([name, args, says]): CliRow => ({
    ...{ name, args: ['entry', 'why-not', '--spiffe-id', ...args], exitCode: 1 },
    ...{ stdout: says, stderr: /^error: the identity is not given: spiffe:/ },
  }));
  await checkCliRows(t, planted, cli);
  for (const [name, args] of rows) {
    const { stdout } = await cli(['entry', 'why-not', '--spiffe-id', ...args]);
    t.match(stdout, / {2}Next: /, `${name}: what to do`);
    t.match(stdout, /Not looked at: processes/);
    t.equal(stdout.match(/^Wrong:/gm)?.length, 1, `${name}: and nothing else`);
  }
  await checkCliRows(
    t,
    [
      {
        name: 'given',
        args: ['entry', 'why', '--spiffe-id', idOf('/web/below')],
        exitCode: 0,
        stdout: new RegExp(`^Entry below gives it .* unix:uid:1000, through \\S*${good}\\.\n`),
      },
      {
        name: 'given, asked the other way round',
        args: ['entry', 'why-not', '--spiffe-id', idOf('/web/below'), '--agent-id', idOf(good)],
        exitCode: 0,
        stdout: /^Nothing that the server sees stands in the way\.\nNot looked at/,
      },
      {
        name: 'not given, asked why it is',
        args: ['entry', 'why', '--spiffe-id', idOf('/banned')],
        exitCode: 1,
        stdout: /is banned/,
        stderr: /not given/,
      },
      { name: 'without ID', args: ['entry', 'why-not'], exitCode: 2, stderr: /--spiffe-id/ },
      {
        name: 'with no ID',
        args: ['entry', 'why', '--spiffe-id', 'web'],
        exitCode: 2,
        stderr: /spiffe:/,
      },
    ],
    cli,
  );
  const json = await cli(['entry', 'why-not', '--spiffe-id', idOf('/db'), '--output', 'json']);
  t.equal(json.exitCode, 1);
  t.match(JSON.parse(json.stdout), {
    given: false,
    entry_count: 1,
    entries: [{ entry: { id: 'db' }, faults: [{ kind: 'PARENT_UNKNOWN' }] }],
  });
});

t.test('what has expired is named', async (t) => {
  let ahead = 0;
  const now = (): Date => new Date(systemClock.now().getTime() + ahead);
  const clock = { ...systemClock, now };
  const server = await startTestServer(t, { clock });
  const old = (await newAgent(server)).path;
  const expires_at = String(Math.floor(now().getTime() / 1000) + 600);
  await plant(server, [
    { id: 'brief', path: '/brief', parent: old, more: { expires_at } },
    { id: 'under-brief', path: '/under', parent: '/brief' },
    { id: 'long', path: '/long', parent: old },
  ]);
  const cli = (path: string) =>
    runCli(['entry', 'why-not', '--spiffe-id', idOf(path), '--socket', server.socketPath]);
  for (const path of ['/brief', '/under', '/long']) t.equal((await cli(path)).exitCode, 0, path);
  ahead = 15 * 60_000;
  t.match(await cli('/brief'), { exitCode: 1, stdout: /entry brief for \S*\/brief has expired/ });
  t.match(await cli('/under'), { exitCode: 1, stdout: /entry brief for \S*\/brief has expired/ });
  t.equal((await cli('/long')).exitCode, 0);
  ahead = 3 * 3600_000;
  t.match(await cli('/long'), {
    exitCode: 1,
    stdout: new RegExp(`SVID of the agent \\S*${old} has expired`),
  });
});
