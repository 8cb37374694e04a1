import t from 'tap';
import { checkCliRows } from '../../support/cli-rows.ts';
import { runCli } from '../../support/run-cli.ts';
import { call, newAgent, startTestServer } from '../../support/test-server.ts';

const server = await startTestServer(t);
const admin = (args: readonly string[]) => runCli([...args, '--socket', server.socketPath]);
const idOf = (path: string): string => `spiffe://example.org${path}`;
const { path: steady } = await newAgent(server);
const { path: banned } = await newAgent(server);
const client = server.local('agent');
await call(client, client.BanAgent, { id: { trust_domain: 'example.org', path: banned } });

/** A year that every SVID of today has ended before. */
const LATER = '2100-01-01T00:00:00+02:00';

t.test('agent list and count: filters', async (t) => {
  const rows: readonly (readonly [readonly string[], readonly string[]])[] = [
    [[], [steady, banned]],
    [['--banned'], [banned]],
    [['--no-banned'], [steady]],
    [['--can-reattest'], []],
    [['--no-can-reattest'], [steady, banned]],
    [
      ['--attestation-type', 'join_token'],
      [steady, banned],
    ],
    [['--attestation-type', 'x509pop'], []],
    [['--selector', 'a:b'], []],
    [['--expires-before', LATER], [steady]], // a banned one has no SVID
    [['--expires-before', '2020-01-01T00:00Z'], []],
    [['--banned', '--attestation-type', 'x509pop'], []],
  ];
  for (const [flags, paths] of rows) {
    await t.test(flags.join(' ') || 'none', async (t) => {
      const list = await admin(['agent', 'list', ...flags]);
      const listed = list.stdout.split('\n').flatMap((line) => line.split('\t')[0] || []);
      t.strictSame(listed, paths.map(idOf));
      t.equal(list.stderr, paths.length === 0 ? 'no agents found\n' : '');
      const count = await admin(['agent', 'count', ...flags]);
      t.strictSame(count, { exitCode: 0, stdout: `${paths.length}\n`, stderr: '' });
    });
  }
  const { stdout } = await admin(['agent', 'count', '--banned', '--output', 'json']);
  t.strictSame(JSON.parse(stdout), { count: 1 });
});

t.test('agent show', async (t) => {
  const show = ['agent', 'show', '--spiffe-id', idOf(steady)];
  const { stdout } = await admin([...show, '--output', 'json']);
  const id = { trust_domain: 'example.org', path: steady };
  const agent = await call(client, client.GetAgent, { id });
  t.strictSame(JSON.parse(stdout), JSON.parse(JSON.stringify(agent)));
  const table = await admin([...show, '--output', 'table']);
  t.match(table.stdout, /^SPIFFE ID .* STATE .* SERIAL NUMBER +SELECTORS\n/);
  t.match(table.stdout, agent.x509svid_serial_number);
});

t.test('agent ban and evict', async (t) => {
  const { path } = await newAgent(server);
  const flags = ['--spiffe-id', idOf(path)];
  await checkCliRows(
    t,
    [
      {
        name: 'banned',
        args: ['agent', 'ban', ...flags],
        exitCode: 0,
        stdout: new RegExp(`^${idOf(path)}\tbanned\n$`),
      },
      {
        name: 'which shows',
        args: ['agent', 'show', ...flags],
        exitCode: 0,
        stdout: /\tbanned\t/,
      },
      {
        name: 'and can be said again',
        args: ['agent', 'ban', ...flags, '--output', 'json'],
        exitCode: 0,
        stdout: /^\{\}\n$/,
      },
      {
        name: 'evicted',
        args: ['agent', 'evict', ...flags],
        exitCode: 0,
        stdout: new RegExp(`^${idOf(path)}\tevicted\n$`),
      },
      ...['show', 'ban', 'evict'].map((verb) => ({
        name: `then there is none to ${verb}`,
        args: ['agent', verb, ...flags],
        exitCode: 1,
        stderr: /: the server answered NOT_FOUND: agent not found\n$/,
      })),
    ],
    admin,
  );
});

t.test('what is no agent, and what is no filter', async (t) => {
  await checkCliRows(
    t,
    [
      {
        name: 'no SPIFFE ID',
        args: ['agent', 'ban'],
        exitCode: 2,
        stderr: /^error: missing --spiffe-id <ID>\n/,
      },
      {
        name: 'the SPIFFE ID of a workload',
        args: ['agent', 'evict', '--spiffe-id', idOf('/web')],
        exitCode: 1,
        stderr: /INVALID_ARGUMENT: invalid agent ID/,
      },
      {
        name: 'a time without a zone',
        args: ['agent', 'list', '--expires-before', '2026-01-31T12:00:00'],
        exitCode: 2,
        stderr: /'--expires-before <TIME>' argument '2026-01-31T12:00:00' is invalid\. A time is/,
      },
      {
        name: 'a day there is not',
        args: ['agent', 'count', '--expires-before', '2026-13-31T12:00:00Z'],
        exitCode: 2,
        stderr: /A time is a date, a time and a zone/,
      },
    ],
    admin,
  );
});
