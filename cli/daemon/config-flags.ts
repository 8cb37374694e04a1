import { Option } from 'commander';
import type { Command } from 'commander';
import type { FlagParser } from '../flag-values.ts';

/** A key of a daemon's configuration as a flag. */
export interface ConfigFlag<Key extends string = string> {
  readonly key: Key;
  /** As commander takes it: `--ca-ttl <TTL>`, or without a value for a switch. */
  readonly flags: string;
  readonly description: string;
  readonly parse?: FlagParser<unknown>;
  readonly choices?: readonly string[];
  /** May be given several times. */
  readonly isList?: boolean;
}

export function addConfigFlags(command: Command, configFlags: readonly ConfigFlag[]): Command {
  command.addOption(new Option('--config <FILE>', 'YAML file with the configuration'));
  for (const flag of configFlags) command.addOption(optionOf(flag));
  return command;
}

function optionOf({ flags, description, parse, choices, isList }: ConfigFlag): Option {
  const option = new Option(flags, description);
  if (choices !== undefined) option.choices(choices);
  if (parse === undefined) return option;
  return option.argParser((text: string, previous: unknown) =>
    isList === true ? [...((previous ?? []) as unknown[]), parse(text)] : parse(text),
  );
}

/** The name of the flag for a key of the configuration. */
export function flagName({ flags }: ConfigFlag): string {
  return flags.split(' ', 1)[0]!;
}

/** What was set by flags, by the configuration's keys. */
export function valuesOf(
  command: Command,
  configFlags: readonly ConfigFlag[],
): Record<string, unknown> {
  const given = configFlags.flatMap(({ key, flags }) => {
    const name = new Option(flags).attributeName();
    const isGiven = command.getOptionValueSource(name) === 'cli';
    return isGiven ? [[key, command.getOptionValue(name) as unknown] as const] : [];
  });
  return Object.fromEntries(given);
}
