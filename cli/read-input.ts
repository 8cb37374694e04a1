import { readBoundedFile } from '../runtime/bounded-file.ts';
import { describeError } from '../runtime/errors.ts';
import { CliError } from './errors.ts';
import type { Terminal } from './terminal.ts';

/** For a file name, as in other programs. */
export const STANDARD_INPUT = '-';

interface Limits {
  /** What is too long, in words. */
  readonly than: string;
  readonly maxBytes: number;
}

/** What standard input holds, up to a size. @throws CliError CLI_INPUT_UNREADABLE */
export async function readStandardInput(
  { stdin }: Terminal,
  { than, maxBytes }: Limits,
): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of stdin) {
    bytes += chunk.length;
    if (bytes > maxBytes) {
      throw new CliError('CLI_INPUT_UNREADABLE', `standard input is longer than ${than}`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** What a file holds, or standard input for `-`. @throws CliError CLI_INPUT_UNREADABLE */
export async function readInput(path: string, terminal: Terminal, limits: Limits): Promise<Buffer> {
  if (path === STANDARD_INPUT) return readStandardInput(terminal, limits);
  try {
    return await readBoundedFile(path, limits.maxBytes);
  } catch (cause) {
    throw new CliError('CLI_INPUT_UNREADABLE', `${path}: ${describeError(cause)}`, { cause });
  }
}
