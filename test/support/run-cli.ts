import { Readable } from 'node:stream';
import { run } from '../../cli/run.ts';
import type { Output, Terminal } from '../../cli/terminal.ts';

export interface CliOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Whether standard output and error are a terminal of this width. */
  readonly columns?: number;
  readonly hasColors?: boolean;
  readonly stdin?: string;
  readonly uid?: number;
}

export interface CliResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface FakeTerminal {
  readonly terminal: Terminal;
  readonly stdout: () => string;
  readonly stderr: () => string;
}

/** A terminal, or a pair of pipes, that keeps what is written to it. */
export function fakeTerminal(options: CliOptions = {}): FakeTerminal {
  const { env = {}, columns, hasColors = false, stdin = '', uid = process.geteuid!() } = options;
  const written = { stdout: '', stderr: '' };
  const output = (name: keyof typeof written): Output => ({
    write: (text) => void (written[name] += text),
    isTerminal: columns !== undefined,
    hasColors,
    columns,
  });
  return {
    terminal: {
      stdout: output('stdout'),
      stderr: output('stderr'),
      stdin: Readable.from([Buffer.from(stdin)]),
      env: { HOME: '/nonexistent', ...env },
      uid,
    },
    stdout: () => written.stdout,
    stderr: () => written.stderr,
  };
}

/** Runs one command line in this process. */
export async function runCli(
  args: readonly string[],
  options: CliOptions = {},
): Promise<CliResult> {
  const { terminal, stdout, stderr } = fakeTerminal(options);
  const exitCode = await run(args, terminal);
  return { exitCode, stdout: stdout(), stderr: stderr() };
}
