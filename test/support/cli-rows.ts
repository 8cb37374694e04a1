import type { Test } from 'tap';
import type { CliResult } from './run-cli.ts';

/** One command line, and what becomes of it. */
export interface CliRow {
  readonly name: string;
  readonly args: readonly string[];
  readonly exitCode: number;
  /** What is on either stream; nothing where nothing is said. */
  readonly stdout?: RegExp;
  readonly stderr?: RegExp;
}

/** A sub-test for each row. */
export async function checkCliRows(
  t: Test,
  rows: readonly CliRow[],
  cli: (args: readonly string[]) => Promise<CliResult>,
): Promise<void> {
  for (const { name, args, exitCode, stdout = /^$/, stderr = /^$/ } of rows) {
    await t.test(name, async (t) => {
      const result = await cli(args);
      t.match(result.stderr, stderr);
      t.match(result.stdout, stdout);
      t.equal(result.exitCode, exitCode);
    });
  }
}
