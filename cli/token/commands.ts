import { Option } from 'commander';
import type { Command } from 'commander';
import { durationFlag, spiffeIdFlag } from '../flag-values.ts';
import { adminSocketOption } from '../options.ts';
import { outputOption } from '../output.ts';
import type { Terminal } from '../terminal.ts';
import { setVerb } from '../verb.ts';

/** What a person needs to carry the token to the node; SPIRE's default too. */
const DEFAULT_TTL_SECONDS = 600;

/** `vouchsafe token …` */
export function addTokenCommands(program: Command, terminal: Terminal): void {
  const token = program.command('token').description('Join tokens: let a new agent in, once');
  const command = token
    .command('generate')
    .description('Make a join token for one agent')
    .addOption(adminSocketOption())
    .addOption(
      new Option(
        '--spiffe-id <ID>',
        'node alias that the agent gets beside its own SPIFFE ID',
      ).argParser(spiffeIdFlag),
    )
    .addOption(
      new Option('--ttl <TTL>', 'how long the token can be used')
        .argParser(durationFlag)
        .default(DEFAULT_TTL_SECONDS, '10m'),
    )
    .addOption(outputOption());
  setVerb(command, terminal, async () => (await import('./generate.ts')).generateToken);
}
