import type { Command, Option } from 'commander';

/** What can follow a flag; nothing, for a switch. */
export type FlagValue =
  | { readonly kind: 'none' }
  | { readonly kind: 'any' }
  | { readonly kind: 'file' }
  | { readonly kind: 'directory' }
  | { readonly kind: 'words'; readonly words: readonly string[] };

interface Word {
  readonly name: string;
  readonly description: string;
}

interface Flag extends Word {
  readonly value: FlagValue;
}

/** A place in a command line where there is something to complete. */
export interface Place {
  /** The commands so far, `/entry/create`; empty behind `vouchsafe` itself. */
  readonly path: string;
  /** Commands, or the values of its argument. */
  readonly words: readonly Word[];
  readonly flags: readonly Flag[];
  /** Whether its argument is a file or a directory. */
  readonly takesFile: boolean;
}

/** Every place in the tree below a command, itself first. */
export function listPlaces(command: Command, path = ''): Place[] {
  const { commands, registeredArguments, options } = command;
  const below = commands.flatMap((each) => listPlaces(each, `${path}/${each.name()}`));
  const words = [
    ...commands.map((each) => ({ name: each.name(), description: each.description() })),
    ...registeredArguments.flatMap(({ argChoices = [], description }) =>
      argChoices.map((name) => ({ name, description })),
    ),
  ];
  const flags = [...options.map(flagOf), HELP_FLAG];
  const takesFile = registeredArguments.some((argument) =>
    ['FILE', 'DIR'].includes(argument.name()),
  );
  return [{ path, words, flags, takesFile }, ...below];
}

const HELP_FLAG: Flag = {
  name: '--help',
  description: 'say what this does and which flags it has',
  value: { kind: 'none' },
};

function flagOf(option: Option): Flag {
  const { long, description } = option;
  return { name: long!, description, value: valueOf(option) };
}

const PATH_VALUES: Readonly<Record<string, FlagValue>> = {
  '<FILE>': { kind: 'file' },
  '<PATH>': { kind: 'file' },
  '<DIR>': { kind: 'directory' },
};

function valueOf({ flags, required, argChoices }: Option): FlagValue {
  if (!required) return { kind: 'none' };
  if (argChoices !== undefined) return { kind: 'words', words: argChoices };
  const placeholder = flags.slice(flags.indexOf('<'));
  return PATH_VALUES[placeholder] ?? { kind: 'any' };
}

/** What is between the quotes of all three shells: descriptions are for reading, not for being exact. */
export function quotable(text: string): string {
  return text.replace(/['`\\]/g, '’');
}
