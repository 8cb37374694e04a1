import { Option } from 'commander';
import type { Command } from 'commander';
import { CliError, EXIT_USAGE } from './errors.ts';
import type { Terminal } from './terminal.ts';

/** What a verb is run with, beside its flags. */
export interface Invocation {
  readonly terminal: Terminal;
  readonly command: Command;
}

/** A verb's flags are in its own type: what the parser puts there is what its options were declared with. */
export type Verb<Flags> = (flags: Flags, invocation: Invocation) => Promise<void>;

/**
 * A flag that must be given. Commander has such flags too, but complains of a missing one before it says that another is
 * mistyped, which is usually why it is missing.
 */
export class RequiredOption extends Option {
  constructor(flags: string, description: string) {
    super(flags, `${description} (required)`);
  }
}

/** Gives a command its verb, which is loaded when it is run: starting must not cost more than is used. */
export function setVerb<Flags>(
  command: Command,
  terminal: Terminal,
  load: () => Promise<Verb<Flags>>,
): Command {
  return command.action(async () => {
    checkRequired(command);
    const run = await load();
    try {
      await run(command.opts() as Flags, { terminal, command });
    } catch (error) {
      if (!(error instanceof CliError) || error.code !== 'CLI_USAGE') throw error;
      command.error(`error: ${error.message}`, { exitCode: EXIT_USAGE });
    }
  });
}

function checkRequired(command: Command): void {
  const missing = command.options.filter(
    (option) =>
      option instanceof RequiredOption &&
      command.getOptionValue(option.attributeName()) === undefined,
  );
  if (missing.length === 0) return;
  const list = missing.map(({ flags }) => flags).join(', ');
  command.error(`error: missing ${list}`, { exitCode: EXIT_USAGE });
}
