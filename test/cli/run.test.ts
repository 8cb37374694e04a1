import { join } from 'node:path';
import t from 'tap';
import { serveUnix } from '../support/serve-unix.ts';
import { temporaryDirectory } from '../support/socket-path.ts';
import { runCli } from '../support/run-cli.ts';

t.test('exit codes and who hears what', (t) => {
  const rows: readonly {
    readonly name: string;
    readonly args: readonly string[];
    readonly exitCode: number;
    readonly stdout?: RegExp;
    readonly stderr?: RegExp;
  }[] = [
    {
      name: 'version',
      args: ['version'],
      exitCode: 0,
      stdout: /^vouchsafe \d+\.\d+\.\d+ \(Node\.js v\d+/,
    },
    { name: '--version', args: ['--version'], exitCode: 0, stdout: /^vouchsafe \d/ },
    { name: '-V', args: ['-V'], exitCode: 0, stdout: /^vouchsafe \d/ },
    { name: 'help', args: ['help'], exitCode: 0, stdout: /^Usage: vouchsafe / },
    { name: '--help', args: ['--help'], exitCode: 0, stdout: /^Usage: vouchsafe / },
    {
      name: 'help of a noun',
      args: ['help', 'entry'],
      exitCode: 0,
      stdout: /create .*\n.*update /,
    },
    {
      name: 'help of a verb',
      args: ['help', 'entry', 'create'],
      exitCode: 0,
      stdout: /^Usage: vouchsafe entry create [^]*--federates-with/,
    },
    {
      name: 'help of nothing there is',
      args: ['help', 'entry', 'crate'],
      exitCode: 2,
      stderr: /did you mean create\?/,
    },
    {
      name: 'help below a verb',
      args: ['help', 'version', 'x'],
      exitCode: 2,
      stderr: /no commands of its own/,
    },
    { name: 'no command', args: [], exitCode: 2, stderr: /Usage: vouchsafe / },
    { name: 'a noun alone', args: ['entry'], exitCode: 2, stderr: /Usage: vouchsafe entry / },
    { name: 'a mistyped noun', args: ['entri'], exitCode: 2, stderr: /Did you mean entry\?/ },
    {
      name: 'a mistyped verb',
      args: ['entry', 'crate'],
      exitCode: 2,
      stderr: /Did you mean create\?/,
    },
    {
      name: 'a mistyped flag, even though a required one is missing for it',
      args: ['entry', 'create', '--spifeid', 'x'],
      exitCode: 2,
      stderr:
        /unknown option '--spifeid'\n\(Did you mean --spiffe-id\?\)\nSee `vouchsafe help entry create`\./,
    },
    {
      name: 'all missing flags at once',
      args: ['entry', 'create'],
      exitCode: 2,
      stderr: /missing --spiffe-id <ID>, --selector <TYPE:VALUE>/,
    },
    { name: 'an extra word', args: ['version', 'x'], exitCode: 2, stderr: /too many arguments/ },
    {
      name: 'a flag without its value',
      args: ['entry', 'show', '--entry-id'],
      exitCode: 2,
      stderr: /argument missing/,
    },
    {
      name: 'a value that is none of the choices',
      args: ['entry', 'show', '--output', 'xml'],
      exitCode: 2,
      stderr:
        /--output <FORMAT>' argument 'xml' is invalid\. Allowed choices are table, json, yaml/,
    },
    {
      name: 'no socket',
      args: ['entry', 'show', '--socket', '/nonexistent/api.sock'],
      exitCode: 1,
      stderr: /^error: .*\/nonexistent\/api\.sock\nStart the server with `vouchsafe server run/,
    },
  ];
  for (const { name, args, exitCode, stdout = /^$/, stderr = /^$/ } of rows) {
    t.test(name, async (t) => {
      const result = await runCli(args);
      t.equal(result.exitCode, exitCode);
      t.match(result.stdout, stdout);
      t.match(result.stderr, stderr);
    });
  }
  t.end();
});

t.test('a malformed SPIFFE ID or trust domain is refused with its flag and the rule', (t) => {
  const id = 'spiffe://example.org/a/../b';
  const rows: readonly (readonly string[])[] = [
    ['entry', 'create', '--spiffe-id', id],
    ['entry', 'create', '--parent-id', id],
    ['entry', 'show', '--spiffe-id', id],
    ['entry', 'show', '--parent-id', id],
    ['token', 'generate', '--spiffe-id', id],
    ['fetch', 'jwt', '--spiffe-id', id],
  ];
  for (const args of rows) {
    t.test(args.join(' '), async (t) => {
      const { exitCode, stderr } = await runCli(args);
      t.equal(exitCode, 2);
      t.match(stderr, `option '${args.at(-2)!} <ID>' argument '${id}' is invalid`);
      t.match(stderr, 'dot segments');
    });
  }
  const domains: readonly (readonly string[])[] = [
    ['entry', 'create', '--federates-with', 'Example.org'],
    ['server', 'run', '--trust-domain', 'Example.org'],
    ['agent', 'run', '--trust-domain', 'Example.org'],
    ['up', '--trust-domain', 'Example.org'],
  ];
  for (const args of domains) {
    t.test(args.join(' '), async (t) => {
      const { exitCode, stderr } = await runCli(args);
      t.equal(exitCode, 2);
      t.match(stderr, args.at(-2)!);
      t.match(stderr, 'lowercase');
    });
  }
  t.end();
});

t.test('where nobody listens, each command says where that is and what to do', (t) => {
  const rows: readonly (readonly ['server' | 'agent', readonly string[]])[] = [
    ['server', ['server', 'healthcheck']],
    ['server', ['agent', 'list']],
    ['server', ['token', 'generate']],
    ['server', ['bundle', 'show']],
    ['server', ['entry', 'show']],
    ['server', ['entry', 'delete', '--entry-id', 'x']],
    [
      'server',
      ['entry', 'create', '--node', '--spiffe-id', 'spiffe://a/b', '--selector', 'unix:uid:1'],
    ],
    ['agent', ['agent', 'healthcheck']],
    ['agent', ['fetch', 'x509']],
    ['agent', ['fetch', 'jwt', '--audience', 'x']],
    ['agent', ['validate', 'jwt', '--audience', 'x', '--token', 'x']],
  ];
  for (const [daemon, args] of rows) {
    t.test(args.join(' '), async (t) => {
      const path = join(temporaryDirectory(t), 'none.sock');
      const { exitCode, stdout, stderr } = await runCli([...args, '--socket', path]);
      t.equal(exitCode, 1);
      t.equal(stdout, '');
      const start = `Start the ${daemon} with \`vouchsafe ${daemon} run --config FILE\``;
      t.ok(stderr.startsWith(`error: the socket does not exist: ${path}\n${start}`), stderr);
    });
  }
  t.end();
});

const UNPRINTABLE = /[\p{Cc}\p{Cf}]/u;

t.test('T-26: what somebody else wrote cannot take over the terminal', async (t) => {
  const path = `${temporaryDirectory(t)}/api.sock`;
  const hostile = '\u001b]0;owned\u0007\u202e';
  await serveUnix(t, path, {
    entry: {
      ListEntries: () => ({ entries: [{ id: 'one', hint: hostile }] }),
      BatchDeleteEntry: ({ ids }) => ({
        results: ids.map((id) => ({ id, status: { code: 5, message: hostile } })),
      }),
    },
  });
  for (const columns of [40, 500, undefined]) {
    const shown = await runCli(['entry', 'show', '--socket', path], {
      ...(columns === undefined ? {} : { columns }),
    });
    t.notMatch(shown.stdout.replaceAll(/[\n\t]/g, ''), UNPRINTABLE);
    t.match(shown.stdout, '\\u{1b}]0;owned\\u{7}\\u{202e}');
  }
  const deleted = await runCli(['entry', 'delete', '--entry-id', 'one', '--socket', path]);
  t.equal(deleted.exitCode, 1);
  t.notMatch(deleted.stderr.replaceAll('\n', ''), UNPRINTABLE);
  const typed = await runCli([`\u001b[2J`]);
  t.notMatch(typed.stderr, '\u001b');
});

t.test('colours only where there are colours', async (t) => {
  const plain = await runCli(['entri'], { columns: 80 });
  t.notMatch(plain.stderr, '\u001b');
  const colored = await runCli(['entri'], { columns: 80, hasColors: true });
  t.ok(colored.stderr.startsWith('\u001b[31merror:\u001b[39m unknown command'));
});
