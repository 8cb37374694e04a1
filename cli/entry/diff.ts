import { adminTarget, withConnection } from '../connect.ts';
import { CliError } from '../errors.ts';
import { print } from '../output.ts';
import type { OutputFormat } from '../output.ts';
import type { Terminal } from '../terminal.ts';
import type { Invocation } from '../verb.ts';
import { findChanges, isNothing } from './file/changes.ts';
import type { Changes } from './file/changes.ts';
import { readEntryFile } from './file/read.ts';
import { jsonOf, linesOf, summaryOf } from './file/show-changes.ts';

interface DiffFlags {
  readonly socket?: string;
  readonly prune?: boolean;
  readonly output?: OutputFormat;
}

/** What `entry apply` would do. @throws CliError CLI_DIFFERENT when that is anything */
export async function diffEntries(
  { socket, prune = false, output }: DiffFlags,
  { terminal, command }: Invocation,
): Promise<void> {
  const [file] = command.processedArgs as [string];
  const wanted = await readEntryFile(file, terminal);
  const changes = await withConnection(await adminTarget(socket, terminal), (connection) =>
    findChanges(connection, wanted, prune),
  );
  if (isStructured(output)) await printJson(terminal, jsonOf(changes), output);
  else showChanges(changes, terminal);
  if (!isNothing(changes)) throw new CliError('CLI_DIFFERENT', file);
}

type Structured = Exclude<OutputFormat, 'table'>;

export const isStructured = (output: OutputFormat | undefined): output is Structured =>
  output !== undefined && output !== 'table';

export function printJson(
  { stdout }: Terminal,
  json: ReturnType<typeof jsonOf>,
  output: Structured,
): Promise<void> {
  return print(stdout, { json, table: { columns: [], rows: [] } }, output);
}

export function showChanges(changes: Changes, { stdout }: Terminal): void {
  for (const line of linesOf(changes, stdout)) stdout.write(line);
  stdout.write(`${summaryOf(changes)}\n`);
}
