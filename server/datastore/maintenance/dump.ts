import { createHash } from 'node:crypto';
import type { Knex } from 'knex';
import { readRevision } from '../sql/change-log.ts';
import { schemaState } from '../sql/migrate.ts';
import { snapshot } from './database.ts';
import type { MaintainedDatabase } from './database.ts';
import { MaintenanceError } from './errors.ts';
import { TABLES, dumpedRow } from './tables.ts';
import type { DumpedRow, TableSpec } from './tables.ts';

/** Rows that are read at once. */
const PAGE = 1000;

export const DUMP_FORMAT = 'vouchsafe-dump';
export const DUMP_VERSION = 1;

/** The first line of a dump. */
export interface DumpHeader {
  readonly format: string;
  readonly version: number;
  /** The last migration of the schema that it was read from. */
  readonly schema: string;
  readonly revision: number;
  readonly created_at: string;
}

/** Each line between the first and the last. */
export interface DumpLine {
  readonly table: string;
  readonly row: DumpedRow;
}

/** The last line: without it something is missing. */
export interface DumpEnd {
  readonly rows: number;
  /** Of all that stands before this line, in hex. */
  readonly sha256: string;
}

export interface Dumped {
  /** By table. */
  readonly rows: Readonly<Record<string, number>>;
  readonly revision: number;
}

/** Writes all that a database holds as lines of JSON, as it was at one moment. @throws DatastoreError */
export function dump(
  database: MaintainedDatabase,
  { now, write }: { readonly now: Date; readonly write: (line: string) => Promise<void> },
): Promise<Dumped> {
  return snapshot(database, async (tx) => {
    const hash = createHash('sha256');
    const say = async (value: object): Promise<void> => {
      const line = `${JSON.stringify(value)}\n`;
      hash.update(line);
      await write(line);
    };
    const { applied, pending, newer } = await schemaState(tx);
    if (newer.length > 0)
      throw new MaintenanceError(
        'MAINTENANCE_SCHEMA',
        `${database.where} has ${newer.join(', ')} of a newer release`,
      );
    if (pending.length > 0)
      throw new MaintenanceError(
        'MAINTENANCE_SCHEMA',
        `${database.where} lacks ${pending.join(', ')}`,
      );
    const revision = await readRevision(tx);
    const header: DumpHeader = {
      ...{ format: DUMP_FORMAT, version: DUMP_VERSION, schema: applied.at(-1) ?? '', revision },
      created_at: now.toISOString(),
    };
    await say(header);
    const rows: Record<string, number> = {};
    let total = 0;
    for (const table of TABLES) {
      let count = 0;
      for await (const row of rowsOf(tx, table)) {
        await say({ table: table.name, row } satisfies DumpLine);
        count++;
      }
      rows[table.name] = count;
      total += count;
    }
    const end: DumpEnd = { rows: total, sha256: hash.digest('hex') };
    await write(`${JSON.stringify(end)}\n`);
    return { rows, revision };
  });
}

async function* rowsOf(tx: Knex.Transaction, table: TableSpec): AsyncGenerator<DumpedRow> {
  for await (const page of pagesOf(tx, table)) {
    for (const row of page) yield dumpedRow(table, row);
  }
}

type Row = Readonly<Record<string, unknown>>;

async function* pagesOf(
  tx: Knex.Transaction,
  { name, order }: TableSpec,
): AsyncGenerator<readonly Row[]> {
  const isNumbered = order[0] === 'row';
  for (let done = 0, last = 0; ;) {
    const query = tx<Record<string, unknown>>(name)
      .orderBy([...order])
      .limit(PAGE);
    // The tables that grow are those whose rows have numbers.
    const page = (await (isNumbered ? query.where('row', '>', last) : query.offset(done))) as Row[];
    yield page;
    if (page.length < PAGE) return;
    done += page.length;
    last = Number(page.at(-1)!['row']);
  }
}
