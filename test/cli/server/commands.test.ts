import { X509Certificate } from 'node:crypto';
import { lstatSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { startCli } from '../../support/cli-process.ts';
import { checkCliRows } from '../../support/cli-rows.ts';
import { runCli } from '../../support/run-cli.ts';
import { serveUnix } from '../../support/serve-unix.ts';
import { temporaryDirectory } from '../../support/socket-path.ts';

const directory = temporaryDirectory(t);
const at = (name: string): string => join(directory, name);

function configFile(name: string, text: string): string {
  writeFileSync(at(name), text);
  return at(name);
}

interface LogLine {
  readonly level: string;
  readonly msg: string;
  readonly [field: string]: unknown;
}

const logOf = (stderr: string): LogLine[] =>
  stderr
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as LogLine);

t.test('`server run` does what its flags say, and stops when it is told to', async (t) => {
  const socket = at('flags/admin.sock');
  const server = startCli(t, [
    ...['server', 'run', '--trust-domain', 'spiffe://flags.example', '--data-dir', at('flags/d')],
    ...['--socket', socket, '--bind', '127.0.0.1:0', '--ca-ttl', '1h30m', '--log-level', 'debug'],
  ]);
  await server.printed(/"Server started"/);
  const started = logOf(server.stderr()).find(({ msg }) => msg === 'Server started');
  t.match(started, {
    trust_domain: 'flags.example',
    address: /^127\.0\.0\.1:[1-9]\d*$/,
    socket_path: socket,
  });
  t.equal(lstatSync(at('flags/d')).mode & 0o777, 0o700);
  t.equal(lstatSync(socket).mode & 0o777, 0o770);

  const { stdout: pem } = await runCli(['bundle', 'show', '--socket', socket]);
  const { validFromDate, validToDate } = new X509Certificate(pem);
  const life = (validToDate.getTime() - validFromDate.getTime()) / 1000;
  t.ok(life >= 5400 && life <= 5410, `the authority lives ${life} s`);
  await server.printed(/"level":"debug"/); // the call above
  t.equal(server.stdout(), '', 'what is said about the work is on standard error');

  const health = await runCli(['server', 'healthcheck', '--socket', socket]);
  t.strictSame(health, { exitCode: 0, stdout: 'the server is healthy\n', stderr: '' });

  server.signal('SIGTERM');
  t.equal(await server.ended, 0);
  t.match(logOf(server.stderr()).at(-1), { msg: 'Server stopped' });
});

t.test('`server run --config`: flags win over the file', async (t) => {
  const config = configFile(
    'run.yaml',
    [
      'trust_domain: file.example',
      `data_dir: ${at('file-d')}`,
      `socket_path: ${at('file-admin.sock')}`,
      'bind_address: 127.0.0.1:1',
      'log_level: error',
    ].join('\n'),
  );
  const socket = at('flag-admin.sock');
  const bind = at('bound.sock');
  const server = startCli(t, [
    ...['server', 'run', '--config', config, '--socket', socket, '--bind', `unix:${bind}`],
    ...['--log-level', 'info'],
  ]);
  await server.printed(/"Server started"/);
  t.ok(lstatSync(bind).isSocket());
  t.ok(lstatSync(socket).isSocket());
  t.ok(lstatSync(at('file-d')).isDirectory(), 'what no flag says is as in the file');
  await t.test('a second one is refused, and harms nothing', async (t) => {
    const second = startCli(t, [
      ...['server', 'run', '--trust-domain', 'file.example', '--data-dir', at('second-d')],
      ...['--socket', socket, '--bind', '127.0.0.1:0'],
    ]);
    t.equal(await second.ended, 1);
    t.match(second.stderr(), `error: another process listens on this socket: ${socket}`);
    t.equal((await runCli(['server', 'healthcheck', '--socket', socket])).exitCode, 0);
  });
  server.signal('SIGINT');
  t.equal(await server.ended, 0);
});

const TRUST_DOMAIN = ['--trust-domain', 'example.org'];

t.test('`server validate`', async (t) => {
  const good = configFile('good.yaml', 'trust_domain: spiffe://example.org\nca_ttl: 86400\n');
  const bad = configFile(
    'bad.yaml',
    [
      '# a comment',
      'trust_domian: example.org',
      'bind_address: 8081',
      'ca_ttl: [1, 2]',
      'default_jwt_svid_ttl: -5',
      'log_level: loud',
      '__proto__: {}',
      'constructor: 1',
    ].join('\n'),
  );
  const validate = (...flags: readonly string[]) => ['server', 'validate', ...flags];
  await checkCliRows(
    t,
    [
      {
        name: 'a good file',
        args: validate('--config', good),
        exitCode: 0,
        stdout: /good\.yaml configures a server of example\.org\n$/,
      },
      {
        name: 'flags alone',
        args: validate(...TRUST_DOMAIN, '--bind', '[::1]:8081'),
        exitCode: 0,
        stdout: /^what the flags say configures a server of example\.org\n$/,
      },
      {
        name: 'F-25: T-32: everything that is wrong at once, in the order of the file',
        args: validate('--config', bad),
        exitCode: 1,
        stderr: new RegExp(
          [
            '^error: the configuration is not valid: .*bad\\.yaml',
            '  trust_domain: is required',
            '  line 2, trust_domian: unknown key \\(did you mean trust_domain\\?\\)',
            '  line 3, bind_address: .*',
            '  line 4, ca_ttl: .*',
            '  line 5, default_jwt_svid_ttl: must be a duration over zero, such as .*',
            '  line 6, log_level: .*"debug".*',
            '  line 7, __proto__: unknown key .*',
            '  line 8, constructor: unknown key .*\n$',
          ].join('\n'),
        ),
      },
      {
        name: 'a file with nothing in it',
        args: validate('--config', configFile('empty.yaml', '')),
        exitCode: 1,
        stderr: /the file holds no settings \(expected `key: value` lines\)/,
      },
      {
        name: 'a file with a comment alone',
        args: validate('--config', configFile('comment.yaml', '# nothing\n')),
        exitCode: 1,
        stderr: /the file holds no settings/,
      },
      {
        name: 'a slip of the syntax',
        args: validate('--config', configFile('slip.yaml', 'trust_domain: a\nca_ttl: "1h\n')),
        exitCode: 1,
        stderr: /\n {2}line \d: /,
      },
      {
        name: 'a file that is not there',
        args: validate('--config', at('none.yaml')),
        exitCode: 1,
        stderr: /^error: cannot read the configuration: .*none\.yaml: ENOENT/,
      },
      {
        name: 'a directory',
        args: validate('--config', directory),
        exitCode: 1,
        stderr: /^error: cannot read the configuration: .*EISDIR/,
      },
      {
        name: 'no file, and too few flags',
        args: validate('--ca-ttl', '1h'),
        exitCode: 2,
        stderr: /no --config FILE:\n {2}--trust-domain: is required\n.*help server validate/,
      },
      {
        name: 'a flag mends what is wrong in the file',
        args: validate('--config', configFile('mend.yaml', 'trust_domain: A\n'), ...TRUST_DOMAIN),
        exitCode: 0,
        stdout: /example\.org/,
      },
      {
        name: 'each flag is checked before all are',
        args: validate(...TRUST_DOMAIN, '--bind', 'unix:relative'),
        exitCode: 2,
        stderr: /'--bind <ADDRESS>' argument 'unix:relative' is invalid\. An address is HOST:PORT/,
      },
      {
        name: 'an address without a port',
        args: validate(...TRUST_DOMAIN, '--bind', '127.0.0.1'),
        exitCode: 2,
        stderr: /'--bind <ADDRESS>' argument '127\.0\.0\.1' is invalid/,
      },
      {
        name: 'a word for a TTL',
        args: validate(...TRUST_DOMAIN, '--ca-ttl', '1w'),
        exitCode: 2,
        stderr: /'--ca-ttl <DURATION>' argument '1w' is invalid\. .*such as 45s or 1h30m/,
      },
      {
        name: 'a TTL beyond reason',
        args: validate(...TRUST_DOMAIN, '--ca-ttl', '4000d'),
        exitCode: 2,
        stderr: /--ca-ttl: must be ten years or less/,
      },
      {
        name: 'a log level there is not',
        args: validate(...TRUST_DOMAIN, '--log-level', 'loud'),
        exitCode: 2,
        stderr:
          /'--log-level <LEVEL>' argument 'loud' is invalid\. Allowed choices are trace, debug/,
      },
      {
        name: 'an empty directory name',
        args: validate(...TRUST_DOMAIN, '--data-dir', ''),
        exitCode: 2,
        stderr: /'--data-dir <DIR>' argument '' is invalid/,
      },
      {
        name: 'a flag of the agent',
        args: validate(...TRUST_DOMAIN, '--join-token', 'x'),
        exitCode: 2,
        stderr: /unknown option '--join-token'/,
      },
    ],
    (args) => runCli(args),
  );
});

t.test('`server run` says the same of a bad configuration, and starts nothing', async (t) => {
  const config = configFile('run-bad.yaml', `data_dir: ${at('never')}\ntrust_domain: A\n`);
  const { exitCode, stderr } = await runCli(['server', 'run', '--config', config]);
  t.equal(exitCode, 1);
  t.match(stderr, /line 2, trust_domain: .*lowercase/);
  t.throws(() => lstatSync(at('never')), { code: 'ENOENT' });
});

t.test('`server healthcheck`', async (t) => {
  await serveUnix(t, at('ill.sock'), { health: { Check: () => ({ status: 'NOT_SERVING' }) } });
  const check = ['server', 'healthcheck'];
  await checkCliRows(
    t,
    [
      {
        name: 'of a server that cannot do its work',
        args: [...check, '--socket', at('ill.sock')],
        exitCode: 1,
        stderr: /^error: not healthy: the server says NOT_SERVING\n$/,
      },
      {
        name: 'of none says which socket it was, and what to do',
        args: [...check, '--socket', at('none.sock')],
        exitCode: 1,
        stderr:
          /^error: the socket does not exist: .*none\.sock\nStart the server with `vouchsafe server run --config FILE`, or say with --socket/,
      },
    ],
    (args) => runCli(args),
  );
});
