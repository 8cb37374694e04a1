import { Option } from 'commander';
import type { Command } from 'commander';
import { textFlag, trustDomainFlag } from '../flag-values.ts';
import type { Terminal } from '../terminal.ts';
import { setVerb } from '../verb.ts';

/** `vouchsafe up` */
export function addUpCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command('up')
    .description(
      'Try it: a server and an agent on this host, and your first SVIDs, with nothing to set up',
    )
    .addOption(
      new Option(
        '--dir <DIR>',
        'where everything is kept; go on there if it has been used before',
      ).argParser(textFlag),
    )
    .addOption(
      new Option(
        '--trust-domain <NAME>',
        'trust domain to start (default: vouchsafe.local)',
      ).argParser(trustDomainFlag),
    )
    .addOption(new Option('--exit', 'stop after the first SVIDs'));
  setVerb(command, terminal, async () => (await import('./up.ts')).up);
}
