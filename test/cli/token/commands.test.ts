import t from 'tap';
import { checkCliRows } from '../../support/cli-rows.ts';
import { runCli } from '../../support/run-cli.ts';
import { attest, call, startTestServer } from '../../support/test-server.ts';

const server = await startTestServer(t);
const cli = (args: readonly string[]) => runCli([...args, '--socket', server.socketPath]);
const generate = (...flags: readonly string[]) => ['token', 'generate', ...flags];
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

t.test('T-16: a pipe gets the token alone, and an agent joins with it, once', async (t) => {
  const { exitCode, stdout, stderr } = await cli(generate());
  t.equal(exitCode, 0);
  t.equal(stderr, '');
  t.match(stdout, /\n$/);
  const token = stdout.trim();
  t.match(token, UUID);
  const client = server.tls('agent');
  t.match(await attest(client, token), { path: `/spire/agent/join_token/${token}` });
  await t.rejects(attest(client, token));
});

t.test('--ttl is whole seconds or a duration, ten minutes unless said', async (t) => {
  const rows = [
    { flags: [], seconds: 600 },
    { flags: ['--ttl', '16'], seconds: 16 },
    { flags: ['--ttl', '1h30m'], seconds: 5400 },
  ];
  for (const { flags, seconds } of rows) {
    const before = Math.floor(Date.now() / 1000);
    const { stdout } = await cli(generate(...flags, '--output', 'json'));
    const after = Math.ceil(Date.now() / 1000);
    const token = JSON.parse(stdout) as { value: string; expires_at: unknown };
    t.match(token.value, UUID);
    t.type(token.expires_at, 'string', 'a 64-bit integer');
    const expiresAt = Number(token.expires_at);
    t.ok(before + seconds <= expiresAt && expiresAt <= after + seconds, flags.join(' '));
  }
});

t.test('--spiffe-id is an alias of the agent', async (t) => {
  const { stdout } = await cli(generate('--spiffe-id', 'spiffe://example.org/node/one'));
  const token = stdout.trim();
  await attest(server.tls('agent'), token);
  const entry = server.local('entry');
  const { entries } = await call(entry, entry.ListEntries, {
    filter: { by_spiffe_id: { trust_domain: 'example.org', path: '/node/one' } },
  });
  t.match(entries, [{ parent_id: { path: `/spire/agent/join_token/${token}` } }]);
});

t.test('a terminal is told until when it counts, and what comes next', async (t) => {
  const args = [...generate(), '--socket', server.socketPath];
  const { stdout, stderr } = await runCli(args, { columns: 100 });
  t.match(stdout, /^JOIN TOKEN +CAN BE USED UNTIL\n\S+ +\d{4}-\d\d-\d\dT[\d:]+Z\n$/);
  t.match(stderr, /vouchsafe agent run --join-token-file FILE/);
});

t.test('is refused', async (t) => {
  await checkCliRows(
    t,
    [
      {
        name: 'with no time at all',
        args: generate('--ttl', '0'),
        exitCode: 2,
        stderr: /'--ttl <TTL>' argument '0' is invalid/,
      },
      {
        name: 'with a word for a time',
        args: generate('--ttl', 'soon'),
        exitCode: 2,
        stderr: /'--ttl <TTL>' argument 'soon' is invalid/,
      },
      {
        name: 'with the alias of another trust domain',
        args: generate('--spiffe-id', 'spiffe://other.org/a'),
        exitCode: 1,
        stderr: /"spiffe:\/\/other\.org\/a" is not a member of trust domain "example\.org"/,
      },
      {
        name: 'with the trust domain as alias',
        args: generate('--spiffe-id', 'spiffe://example.org'),
        exitCode: 1,
        stderr: /INVALID_ARGUMENT: .*path is empty/,
      },
      {
        name: 'with a reserved alias',
        args: generate('--spiffe-id', 'spiffe://example.org/spire/server'),
        exitCode: 1,
        stderr: /INVALID_ARGUMENT/,
      },
    ],
    cli,
  );
});
