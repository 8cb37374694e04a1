import { execFile, execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Builds the Go client into a file. */
export function buildClient(program: string): string {
  const cwd = join(import.meta.dirname, 'spiffeload');
  execFileSync('go', ['build', '-o', program, '.'], { cwd, stdio: 'inherit' });
  return program;
}

/** Runs it once; what it measured, which it prints as one line of JSON. */
export async function runClient<Figures>(
  program: string,
  args: readonly string[],
): Promise<Figures> {
  const { stdout } = await promisify(execFile)(program, args);
  return JSON.parse(stdout) as Figures;
}

/** Prints the head of a Markdown table: the first column is text, the others are numbers. */
export function printHead(names: readonly string[]): void {
  printRow(names);
  printRow(names.map((_, index) => (index === 0 ? '---' : '---:')));
}

export function printRow(cells: readonly string[]): void {
  console.log(`| ${cells.join(' | ')} |`);
}
