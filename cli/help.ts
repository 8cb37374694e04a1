import type { Command } from 'commander';
import { CliError } from './errors.ts';
import { nearest } from '../runtime/nearest.ts';
import type { Invocation } from './verb.ts';

/** `vouchsafe help entry create` says what `vouchsafe entry create --help` does. */
export function showHelp(_flags: object, { command }: Invocation): Promise<void> {
  const program = command.parent!;
  let at = program;
  for (const word of command.args) at = subcommandOf(at, word);
  at.outputHelp();
  return Promise.resolve();
}

function subcommandOf(command: Command, word: string): Command {
  const found = command.commands.find((each) => each.name() === word);
  if (found !== undefined) return found;
  const known = command.commands.map((each) => each.name());
  const meant = nearest(word, known);
  const hint =
    known.length === 0
      ? `${command.name()} has no commands of its own`
      : meant === undefined
        ? `there are ${known.join(', ')}`
        : `did you mean ${meant}?`;
  throw new CliError('CLI_USAGE', `unknown command '${word}' (${hint})`);
}
