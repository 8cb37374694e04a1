import type { Command } from 'commander';
import { LOG_LEVELS } from '../../runtime/log-level.ts';
import { adminSocketOption } from '../options.ts';
import { outputOption } from '../output.ts';
import type { Terminal } from '../terminal.ts';
import { RequiredOption, setVerb } from '../verb.ts';

/** `vouchsafe logger …` */
export function addLoggerCommands(program: Command, terminal: Terminal): void {
  const logger = program
    .command('logger')
    .description('The log level of a running server, until it is started again');
  const add = (name: string, description: string): Command =>
    logger.command(name).description(description).addOption(adminSocketOption());
  const get = add('get', 'Show the level, and the one that the server was started with').addOption(
    outputOption(),
  );
  setVerb(get, terminal, async () => (await import('./logger.ts')).getLogLevel);
  const set = add('set', 'Change the level; that it was changed is logged at any level')
    .addOption(
      new RequiredOption('--level <LEVEL>', 'least severe level that is logged').choices(
        LOG_LEVELS,
      ),
    )
    .addOption(outputOption());
  setVerb(set, terminal, async () => (await import('./logger.ts')).setLogLevel);
  const reset = add('reset', 'Go back to the level that the server was started with').addOption(
    outputOption(),
  );
  setVerb(reset, terminal, async () => (await import('./logger.ts')).resetLogLevel);
}
