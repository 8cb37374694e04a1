import { Argument } from 'commander';
import type { Command } from 'commander';
import type { Terminal } from '../terminal.ts';
import { setVerb } from '../verb.ts';
import { SHELLS } from './shell.ts';

/** `vouchsafe completion SHELL` */
export function addCompletionCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command('completion')
    .description('Print the script that makes a shell complete commands and flags')
    .addArgument(new Argument('<shell>', 'which shell').choices(SHELLS))
    .addHelpText(
      'after',
      `
For this session:
  bash  source <(vouchsafe completion bash)
  zsh   source <(vouchsafe completion zsh)
  fish  vouchsafe completion fish | source`,
    );
  setVerb(command, terminal, async () => (await import('./completion.ts')).printCompletion);
}
