import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { startCli } from '../../support/cli-process.ts';
import type { CliProcess } from '../../support/cli-process.ts';
import { checkCliRows } from '../../support/cli-rows.ts';
import { runCli } from '../../support/run-cli.ts';
import { serveUnix } from '../../support/serve-unix.ts';
import { temporaryDirectory } from '../../support/socket-path.ts';
import { attest, call, newAgent, newToken, startTestServer } from '../../support/test-server.ts';

const directory = temporaryDirectory(t);
const at = (name: string): string => join(directory, name);

function file(name: string, text: string): string {
  writeFileSync(at(name), text);
  return at(name);
}

const server = await startTestServer(t);
const admin = (args: readonly string[]) => runCli([...args, '--socket', server.socketPath]);
const pem = file('bundle.pem', (await admin(['bundle', 'show'])).stdout);
const spiffe = file('bundle.json', (await admin(['bundle', 'show', '--format', 'spiffe'])).stdout);
const stranger = await startTestServer(t);
const theirs = file(
  'theirs.pem',
  (await runCli(['bundle', 'show', '--socket', stranger.socketPath])).stdout,
);

const TRUST_DOMAIN = ['--trust-domain', 'example.org'];
const SERVER = ['--server', server.address];
const placeOf = (name: string): readonly string[] => [
  ...['--data-dir', at(`${name}/data`), '--socket', at(`${name}/api.sock`)],
];

function startAgent(
  name: string,
  flags: readonly string[],
  env: Readonly<Record<string, string>> = {},
): CliProcess {
  return startCli(t, ['agent', 'run', ...TRUST_DOMAIN, ...SERVER, ...placeOf(name), ...flags], env);
}

/** Once it has synced: until then it keeps a workload waiting that asks. */
async function healthOf(name: string) {
  const socket = ['--socket', at(`${name}/api.sock`)];
  await runCli(['fetch', 'x509', ...socket]);
  return runCli(['agent', 'healthcheck', ...socket]);
}

t.test('agent list: before any has joined', async (t) => {
  await checkCliRows(
    t,
    [
      {
        name: 'says so',
        args: ['agent', 'list'],
        exitCode: 0,
        stderr: /^no agents have joined\n$/,
      },
    ],
    admin,
  );
});

t.test('`agent run` joins, however it is told the token and the bundle', async (t) => {
  const tokens = await Promise.all(Array.from({ length: 4 }, () => newToken(server)));
  const inConfig = file(
    'agent.yaml',
    [
      'trust_domain: example.org',
      `server_address: ${server.address}`,
      `data_dir: ${at('config/data')}`,
      `socket_path: ${at('config/api.sock')}`,
      `trust_bundle_path: ${pem}`,
      `join_token: ${tokens[3]!}`,
    ].join('\n'),
  );
  const agents: Readonly<Record<string, CliProcess>> = {
    flag: startAgent('flag', ['--join-token', tokens[0]!, '--trust-bundle', pem]),
    file: startAgent('file', [
      ...['--join-token-file', file('token', `${tokens[1]!}\n`), '--trust-bundle', spiffe],
    ]),
    environment: startAgent('environment', ['--insecure-bootstrap'], {
      VOUCHSAFE_JOIN_TOKEN: tokens[2]!,
    }),
    config: startCli(t, ['agent', 'run', '--config', inConfig, '--log-level', 'debug']),
  };
  for (const [name, agent] of Object.entries(agents)) {
    await t.test(`the token by ${name}`, async (t) => {
      await agent.printed(/"Attested"/);
      t.strictSame(await healthOf(name), {
        exitCode: 0,
        stdout: 'the agent is healthy\n',
        stderr: '',
      });
      agent.signal('SIGTERM');
      t.equal(await agent.ended, 0);
      t.equal(agent.stdout(), '');
      for (const token of tokens) {
        const said = agent.stderr().replaceAll(`/spire/agent/join_token/${token}`, '');
        t.notOk(said.includes(token), 'T-27: no token in the log, but for the SPIFFE ID it became');
      }
    });
  }
  await t.test('insecure_bootstrap is warned of', async (t) => {
    t.match(agents['environment']!.stderr(), /"level":"warn"[^\n]*Trusting the first server/);
  });
  await t.test('started again, it needs neither token nor bundle', async (t) => {
    const again = startAgent('flag', []);
    await again.printed(/"Workload API listens"/);
    t.equal((await healthOf('flag')).exitCode, 0);
    again.signal('SIGINT');
    t.equal(await again.ended, 0);
    t.notMatch(again.stderr(), /"Attested"/);
  });
});

t.test('`agent run` ends, saying why', async (t) => {
  const used = await newToken(server);
  await attest(server.tls('agent'), used);
  const rows: readonly (readonly [string, readonly string[], RegExp])[] = [
    [
      'a spent token',
      ['--join-token', used, '--trust-bundle', pem],
      /^error: the server refused to attest.*\n/m,
    ],
    ['no token', ['--trust-bundle', pem], /^error: .*no join token.*`vouchsafe token generate`/m],
    ['nothing to know the server by', ['--join-token', 'x'], /^error: .*which server to trust/m],
    ['the bundle of another server', ['--join-token', 'x', '--trust-bundle', theirs], /^error: /m],
  ];
  const agents = rows.map(([, flags], index) => startAgent(`end-${index}`, flags));
  for (const [index, [name, , reason]] of rows.entries()) {
    await t.test(name, async (t) => {
      const agent = agents[index]!;
      t.equal(await agent.ended, 1);
      t.match(agent.stderr(), reason);
    });
  }
});

t.test('`agent run` waits for a server that is not there yet, and stops at once', async (t) => {
  const agent = startCli(t, [
    ...['agent', 'run', ...TRUST_DOMAIN, '--server', 'unix:/nonexistent/server.sock'],
    ...[...placeOf('early'), '--join-token', 'x', '--trust-bundle', pem],
  ]);
  await agent.printed(/"Cannot attest yet"/);
  await t.test('not healthy meanwhile', async (t) => {
    const health = await runCli(['agent', 'healthcheck', '--socket', at('early/api.sock')]);
    t.equal(health.exitCode, 1);
    t.match(health.stderr, /^error: not healthy: the agent says NOT_SERVING\n$/);
  });
  const asked = performance.now();
  agent.signal('SIGTERM');
  t.equal(await agent.ended, 0);
  t.ok(performance.now() - asked < 5000, 'in no time');
});

t.test('`agent validate`', async (t) => {
  const validate = (...flags: readonly string[]) => ['agent', 'validate', ...flags];
  const whole = [...TRUST_DOMAIN, '--server', 'example.org:8081'];
  await checkCliRows(
    t,
    [
      {
        name: 'flags alone',
        args: validate(...whole),
        exitCode: 0,
        stdout: /^what the flags say configures an agent of example\.org\n$/,
      },
      {
        name: 'all that is missing',
        args: validate('--sync-interval', '2s'),
        exitCode: 2,
        stderr: /no --config FILE:\n {2}--trust-domain: is required\n {2}--server: is required\n/,
      },
      {
        name: 'all that is wrong in a file',
        args: validate(
          '--config',
          file('bad.yaml', 'trust_domain: A\nserver_adress: x:1\nsocket_path: rel\n'),
        ),
        exitCode: 1,
        stderr: new RegExp(
          [
            'bad\\.yaml',
            '  server_address: is required',
            '  line 1, trust_domain: .*lowercase.*',
            '  line 2, server_adress: unknown key \\(did you mean server_address\\?\\)',
            '  line 3, socket_path: must be an absolute path of at most 107 bytes\n$',
          ].join('\n'),
        ),
      },
      {
        name: 'an empty file',
        args: validate('--config', file('empty.yaml', '')),
        exitCode: 1,
        stderr: /holds no settings/,
      },
      {
        name: 'two tokens',
        args: validate(...whole, '--join-token', 'a', '--join-token-file', 'b'),
        exitCode: 2,
        stderr: /--join-token-file: cannot be set together with join_token/,
      },
      {
        name: 'a bundle, and none needed',
        args: validate(...whole, '--trust-bundle', 'a', '--insecure-bootstrap'),
        exitCode: 2,
        stderr: /--insecure-bootstrap: cannot be set together with trust_bundle_path/,
      },
      {
        name: 'a server without a port',
        args: validate(...TRUST_DOMAIN, '--server', 'example.org'),
        exitCode: 2,
        stderr: /'--server <ADDRESS>' argument 'example\.org' is invalid\. An address is HOST:PORT/,
      },
      {
        name: 'an empty token',
        args: validate(...whole, '--join-token', ''),
        exitCode: 2,
        stderr: /'--join-token <TOKEN>' argument '' is invalid/,
      },
      {
        name: 'a cache of half an SVID',
        args: validate(...whole, '--x509-svid-cache-size', '1.5'),
        exitCode: 2,
        stderr: /A whole number is needed/,
      },
      {
        name: 'a key type there is not',
        args: validate(...whole, '--workload-key-type', 'rsa-4096'),
        exitCode: 2,
        stderr: /Allowed choices are ec-p256, ec-p384, rsa-2048/,
      },
      {
        name: 'a flag of the server',
        args: validate(...whole, '--bind', 'x:1'),
        exitCode: 2,
        stderr: /unknown option '--bind'/,
      },
    ],
    (args) => runCli(args),
  );
  await t.test(
    'a token in the environment counts, unless a flag says where another is',
    async (t) => {
      const env = { VOUCHSAFE_JOIN_TOKEN: 'x'.repeat(1025) };
      t.match(await runCli(validate(...whole), { env }), { exitCode: 2, stderr: /--join-token: / });
      t.match(await runCli(validate(...whole, '--join-token', 'a'), { env }), { exitCode: 0 });
      t.match(await runCli(validate(...whole, '--join-token-file', 'a'), { env }), { exitCode: 0 });
    },
  );
});

t.test(
  '`agent run`: a token by flag or environment takes the place of one in the file',
  async (t) => {
    const config = (token: string): string =>
      file('replace.yaml', `trust_domain: example.org\nserver_address: x:1\n${token}\n`);
    const validate = (token: string, ...flags: readonly string[]) => [
      ...['agent', 'validate', '--config', config(token), ...flags],
    ];
    const env = { VOUCHSAFE_JOIN_TOKEN: 'a' };
    const [inline, inFile] = ['join_token: b', 'join_token_file: /b'];
    const rows = [
      { args: validate(inline, '--join-token-file', '/a'), env: {} },
      { args: validate(inFile, '--join-token', 'a'), env: {} },
      { args: validate(inFile), env },
      { args: validate(inline, '--join-token-file', '/a'), env },
    ];
    for (const { args, env } of rows) {
      t.match(await runCli(args, { env }), { exitCode: 0 }, args.join(' '));
    }
    const both = await runCli(validate(`${inline}\n${inFile}`));
    t.match(both, { exitCode: 1, stderr: /line 4, join_token_file: cannot be set together/ });
  },
);

t.test('`agent list` and `agent healthcheck`', async (t) => {
  const { path } = await newAgent(server);
  await t.test('JSON is the response itself', async (t) => {
    const { stdout } = await admin(['agent', 'list', '--output', 'json']);
    const client = server.local('agent');
    const { agents } = await call(client, client.ListAgents, {});
    t.strictSame(JSON.parse(stdout), {
      agents: JSON.parse(JSON.stringify(agents)) as unknown[],
      next_page_token: '',
    });
    t.match(
      agents.find(({ id }) => id!.path === path),
      { x509svid_expires_at: /^\d+$/, attestation_type: 'join_token' },
    );
  });
  await t.test('a banned one is shown as such', async (t) => {
    const client = server.local('agent');
    await call(client, client.BanAgent, { id: { trust_domain: 'example.org', path } });
    const { stdout } = await admin(['agent', 'list', '--output', 'table']);
    t.match(stdout, /^SPIFFE ID +ATTESTED BY +SVID EXPIRES +STATE +VERSION\n/);
    t.match(stdout, new RegExp(`example\\.org${path} +join_token .*banned`));
    t.match(stdout, / renews its SVID +\d+\.\d+\.\d+\n/, 'the others are not');
  });
  await serveUnix(t, at('ill.sock'), { health: { Check: () => ({ status: 'NOT_SERVING' }) } });
  const check = ['agent', 'healthcheck'];
  await checkCliRows(
    t,
    [
      {
        name: 'no agent: which socket it was, and what to do',
        args: [...check, '--socket', at('none.sock')],
        exitCode: 1,
        stderr:
          /^error: the socket does not exist: .*none\.sock\nStart the agent with `vouchsafe agent run --config FILE`, or say with --socket/,
      },
      {
        name: 'no server: which socket it was, and what to do',
        args: ['agent', 'list', '--socket', at('none.sock')],
        exitCode: 1,
        stderr: /none\.sock\nStart the server with `vouchsafe server run/,
      },
      {
        name: 'an endpoint as SPIFFE writes it',
        args: [...check, '--socket', `unix://${at('ill.sock')}`],
        exitCode: 1,
        stderr: /the agent says NOT_SERVING/,
      },
      {
        name: 'an endpoint that is none',
        args: [...check, '--socket', 'unix://host/a'],
        exitCode: 2,
        stderr: /--socket is 'unix:\/\/host\/a', but /,
      },
    ],
    (args) => runCli(args),
  );
  await t.test('the environment says where the agent is', async (t) => {
    const env = { SPIFFE_ENDPOINT_SOCKET: `unix://${at('none.sock')}` };
    t.match(await runCli(check, { env }), { exitCode: 1, stderr: /none\.sock/ });
  });
});
