import { Option } from 'commander';
import type { JsonValue } from '@vouchsafe/proto/struct';
import { printable, styled } from './terminal.ts';
import type { Output } from './terminal.ts';

const OUTPUT_FORMATS = ['table', 'json', 'yaml'] as const;
export type OutputFormat = (typeof OUTPUT_FORMATS)[number];

export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** What a command found out, in each form that it can be asked for. */
export interface Report {
  /** What the server or agent answered. */
  readonly json: JsonValue;
  readonly table: Table;
  /** For a pipe, in the place of the table's rows: the one thing that a script wants of it. */
  readonly plain?: string;
}

export const outputOption = (): Option =>
  new Option(
    '--output <FORMAT>',
    'how to print the answer; by default a table on a terminal, plain lines elsewhere',
  ).choices(OUTPUT_FORMATS);

/**
 * Prints a report. Without a format a terminal gets the table; a pipe gets lines for `cut` and `grep`: no header, fields
 * between tabs.
 */
export async function print(
  output: Output,
  report: Report,
  format: OutputFormat | undefined,
): Promise<void> {
  output.write(await render(output, report, format));
}

async function render(
  output: Output,
  { json, table, plain }: Report,
  format: OutputFormat | undefined,
): Promise<string> {
  if (format === 'json') return `${JSON.stringify(json, undefined, 2)}\n`;
  if (format === 'yaml') return (await import('yaml')).stringify(json);
  if (format === 'table' || output.isTerminal) return renderTable(output, table);
  return plain ?? table.rows.map((row) => `${row.map(printable).join('\t')}\n`).join('');
}

/** Aligned columns under a header; a block of lines for each row where the terminal is too narrow for that. */
function renderTable(output: Output, { columns, rows }: Table): string {
  const cells = rows.map((row) => row.map(printable));
  const widths = columns.map((name, at) =>
    Math.max(name.length, ...cells.map((row) => row[at]!.length)),
  );
  const width = widths.reduce((sum, each) => sum + each + GAP.length, -GAP.length);
  if (width > (output.columns ?? Infinity)) return renderBlocks(output, columns, cells);
  const line = (row: readonly string[]): string =>
    row
      .map((cell, at) => cell.padEnd(widths[at]!))
      .join(GAP)
      .trimEnd();
  return [styled(output, 'bold', line(columns)), ...cells.map(line)].map(ended).join('');
}

const GAP = '  ';
const ended = (line: string): string => `${line}\n`;

function renderBlocks(
  output: Output,
  columns: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const width = Math.max(...columns.map(({ length }) => length));
  return rows
    .map((row) =>
      columns
        .map((name, at) => `${styled(output, 'bold', name.padEnd(width))}${GAP}${row[at]!}`)
        .map(ended)
        .join(''),
    )
    .join('\n');
}
