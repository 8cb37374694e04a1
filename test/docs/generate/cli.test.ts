import type { Command } from 'commander';
import t from 'tap';
import { EXIT_FAILED, EXIT_OK, EXIT_USAGE } from '../../../cli/errors.ts';
import { createProgram } from '../../../cli/program.ts';
import { cliPage } from '../../../docs/generate/cli.ts';

const page = cliPage().join('\n\n');

function sectionOf(path: string): string {
  const [, section = ''] = page.split(`\n## ${path}\n`);
  return section.split('\n## ', 1)[0]!;
}

function leaves(command: Command, above = ''): [path: string, command: Command][] {
  const path = `${above} ${command.name()}`.trim();
  if (command.commands.length === 0) return [[path, command]];
  return command.commands.flatMap((each) => leaves(each, path));
}

for (const [path, command] of leaves(createProgram())) {
  t.test(path, async (t) => {
    const section = sectionOf(path);
    t.match(section, `\`\`\`\n${path}`, 'usage');
    const borrowed = /It takes the flags of `(.*)`/.exec(section)?.[1];
    const flags = borrowed === undefined ? section : sectionOf(borrowed);
    for (const option of command.options) t.match(flags, `| \`${option.flags}\` |`, option.flags);
    for (const argument of command.registeredArguments)
      t.match(section, `| \`${argument.name()}\` |`);
  });
}

t.test('defaults, needs, and what help says behind the flags', async (t) => {
  t.match(sectionOf('vouchsafe up'), '| `vouchsafe.local` | trust domain to start |');
  t.match(sectionOf('vouchsafe entry create'), '| `--spiffe-id <ID>` | **required** |');
  t.match(sectionOf('vouchsafe token generate'), '| `--ttl <TTL>` | `10m` |');
  t.match(sectionOf('vouchsafe server run'), '| `--ca-ttl <DURATION>` | `1d` |');
  t.match(sectionOf('vouchsafe agent run'), '| `--no-discover-workload-path` |  |');
  t.match(sectionOf('vouchsafe completion'), 'source <(vouchsafe completion bash)');
});

t.test('exit codes', async (t) => {
  for (const exitCode of [EXIT_OK, EXIT_FAILED, EXIT_USAGE])
    t.match(sectionOf('Exit codes'), `| ${exitCode} | `);
});
