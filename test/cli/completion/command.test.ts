import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { SHELLS } from '../../../cli/completion/shell.ts';
import { runCli } from '../../support/run-cli.ts';
import { temporaryDirectory } from '../../support/socket-path.ts';

const { stdout: script } = await runCli(['completion', 'bash']);
const directory = temporaryDirectory(t);
writeFileSync(join(directory, 'file.yaml'), '');
mkdirSync(join(directory, 'folder'));

/** What bash offers for the last of these words, with the others before it. */
function offered(...words: readonly string[]): string[] {
  const ask = `${script}
    COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=()
    _vouchsafe; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const args = ['--norc', '-c', ask, 'bash', 'vouchsafe', ...words];
  const output = execFileSync('bash', args, { cwd: directory, encoding: 'utf8' });
  return output.split('\n').filter((word) => word !== '');
}

t.test('bash completes', (t) => {
  const rows: readonly (readonly [string, readonly string[], readonly string[]])[] = [
    ['commands', ['val'], ['validate']],
    [
      'all of them',
      ['entry', ''],
      [
        ...['create', 'update', 'show', 'count', 'delete', 'apply', 'diff', 'export'],
        ...['why', 'why-not', '--help'],
      ],
    ],
    ['flags', ['entry', 'create', '--jwt'], ['--jwt-ttl']],
    ['flags of this command alone', ['token', 'generate', '--sel'], []],
    ['flags behind others', ['entry', 'create', '--hint', 'entry', '--adm'], ['--admin']],
    ['negations', ['entry', 'update', '--no-ad'], ['--no-admin']],
    ['the values there are', ['entry', 'show', '--output', ''], ['table', 'json', 'yaml']],
    ['their beginnings', ['bundle', 'show', '--format', 's'], ['spiffe']],
    ['arguments', ['completion', 'f'], ['fish']],
    ['files', ['server', 'run', '--config', 'fi'], ['file.yaml']],
    ['a file that is an argument', ['entry', 'apply', 'fi'], ['file.yaml']],
    ['directories', ['fetch', 'x509', '--write', 'f'], ['folder']],
    ['nothing where anything may stand', ['token', 'generate', '--ttl', ''], []],
  ];
  for (const [name, words, expected] of rows) {
    t.strictSame(offered(...words), expected, name);
  }
  t.end();
});

t.test('each shell has a script, and it names every command', async (t) => {
  for (const shell of SHELLS) {
    const { exitCode, stdout, stderr } = await runCli(['completion', shell]);
    t.strictSame({ exitCode, stderr }, { exitCode: 0, stderr: '' });
    for (const word of ['healthcheck', 'insecure-bootstrap', 'federates-with', 'validate']) {
      t.match(stdout, word, `${shell}: ${word}`);
    }
  }
});

t.test('another shell is refused, and so is none', async (t) => {
  const refused = await runCli(['completion', 'tcsh']);
  t.equal(refused.exitCode, 2);
  t.match(refused.stderr, /'tcsh' is invalid .*Allowed choices are bash, zsh, fish/);
  const none = await runCli(['completion']);
  t.equal(none.exitCode, 2);
  t.match(none.stderr, /missing required argument 'shell'/);
});
