import { CommanderError } from 'commander';
import { CliError, EXIT_FAILED, EXIT_OK, EXIT_USAGE } from './errors.ts';
import { createProgram } from './program.ts';
import { printableLines, styled } from './terminal.ts';
import type { Terminal } from './terminal.ts';
import { describeError } from '../runtime/errors.ts';

/** Runs one command line. @returns the exit code: 0 done, 1 failed, 2 not understood */
export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  try {
    await createProgram(terminal).parseAsync(translated(args), { from: 'user' });
    return EXIT_OK;
  } catch (error) {
    return report(error, terminal);
  }
}

/** `vouchsafe --version` is what everybody tries first. */
function translated(args: readonly string[]): readonly string[] {
  const [first, ...rest] = args;
  return first === '--version' || first === '-V' ? ['version', ...rest] : args;
}

function report(error: unknown, { stderr }: Terminal): number {
  // Commander has said it already; where it was not asked for, help is an answer to a mistake.
  if (error instanceof CommanderError) return error.exitCode === EXIT_OK ? EXIT_OK : EXIT_USAGE;
  stderr.write(`${styled(stderr, 'red', 'error:')} ${printableLines(textOf(error))}\n`);
  return error instanceof CliError ? error.exitCode : EXIT_FAILED;
}

/** Our own messages already say their causes. */
function textOf(error: unknown): string {
  return error instanceof CliError ? error.message : describeError(error);
}
