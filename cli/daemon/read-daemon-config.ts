import type { Command } from 'commander';
import type { z } from 'zod';
import { ConfigError, readConfig } from '../../runtime/config-reader.ts';
import { defaultDataDirectory, defaultSocketPath } from '../default-paths.ts';
import type { DaemonName } from '../default-paths.ts';
import { CliError } from '../errors.ts';
import type { Terminal } from '../terminal.ts';
import { flagName, valuesOf } from './config-flags.ts';
import type { ConfigFlag } from './config-flags.ts';

export interface DaemonConfigSource<T extends z.ZodObject> {
  readonly daemon: DaemonName;
  readonly schema: T;
  readonly configFlags: readonly ConfigFlag[];
  readonly command: Command;
  readonly terminal: Terminal;
  /** From the environment; flags win over it. */
  readonly environment?: Readonly<Record<string, unknown>>;
  /** Keys that say the same in different ways: where one is given, none of them counts from the file. */
  readonly alternatives?: readonly string[];
}

/**
 * The configuration of a daemon, from its file, the environment and the flags, the later over the earlier.
 * @throws ConfigError; CliError CLI_USAGE when there is no file, and so the flags are to blame
 */
export async function readDaemonConfig<T extends z.ZodObject>(
  source: DaemonConfigSource<T>,
): Promise<z.output<T>> {
  const { daemon, schema, configFlags, command, terminal } = source;
  const { environment = {}, alternatives = [] } = source;
  const file = command.getOptionValue('config') as string | undefined;
  const defaults = {
    data_dir: () => defaultDataDirectory(terminal, daemon),
    socket_path: () => defaultSocketPath(terminal, daemon),
  };
  const flags = { ...environment, ...valuesOf(command, configFlags) };
  const replaced = alternatives.some((key) => key in flags) ? alternatives : [];
  try {
    return await readConfig(schema, { file, flags, replaced, defaults });
  } catch (error) {
    if (file !== undefined || !(error instanceof ConfigError)) throw error;
    throw usageError(error, source);
  }
}

function usageError({ problems }: ConfigError, source: DaemonConfigSource<z.ZodObject>): CliError {
  const lines = problems.map(({ path, text }) => {
    const flag = source.configFlags.find(({ key }) => key === path);
    return `  ${flag === undefined ? path : flagName(flag)}: ${text}`;
  });
  const what = `the ${source.daemon} cannot be configured by these flags, and there is no --config FILE:`;
  return new CliError('CLI_USAGE', [what, ...lines].join('\n'));
}
