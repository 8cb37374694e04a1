import type { Command } from 'commander';
import { textFlag } from '../flag-values.ts';
import { workloadSocketOption } from '../options.ts';
import { outputOption } from '../output.ts';
import type { Terminal } from '../terminal.ts';
import { RequiredOption, setVerb } from '../verb.ts';

/** `vouchsafe validate …` */
export function addValidateCommands(program: Command, terminal: Terminal): void {
  const validate = program
    .command('validate')
    .description('Have the agent verify somebody else’s SVID');
  const jwt = validate
    .command('jwt')
    .description('Verify a JWT-SVID')
    .addOption(workloadSocketOption())
    .addOption(
      new RequiredOption('--audience <AUDIENCE>', 'whom it must be for').argParser(textFlag),
    )
    .addOption(
      new RequiredOption(
        '--token <TOKEN>',
        'the token, or - to read it from standard input',
      ).argParser(textFlag),
    )
    .addOption(outputOption());
  setVerb(jwt, terminal, async () => (await import('./jwt.ts')).validateJwt);
}
