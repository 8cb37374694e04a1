import { createHash } from 'node:crypto';
import type { Knex } from 'knex';
import { inChunks } from '../sql/columns.ts';
import { readRevision } from '../sql/change-log.ts';
import { schemaState } from '../sql/migrate.ts';
import { explained } from './database.ts';
import type { MaintainedDatabase } from './database.ts';
import { DUMP_FORMAT, DUMP_VERSION } from './dump.ts';
import type { DumpEnd, DumpHeader, DumpLine, Dumped } from './dump.ts';
import { MaintenanceError } from './errors.ts';
import { TABLES, storedRow } from './tables.ts';
import type { DumpedRow, TableSpec } from './tables.ts';

/** A row is a few hundred bytes; entries with thousands of selectors are a few megabytes. */
const MAX_LINE_BYTES = 16 << 20;
const AT_ONCE = 500;
/**
 * A database that goes back in time must not number again what it has numbered before: agents know changes and entries
 * by these numbers, and would take what is new for what they have.
 */
const STEP = 1_000_000;

export interface LoadOptions {
  /** What is loaded, line by line without their ends. */
  readonly lines: AsyncIterable<string>;
  /** Whether this is how the database was at some earlier time, and agents may know what was later. */
  readonly isEarlier: boolean;
}

/**
 * Fills an empty database with a dump, in one transaction: all of it or nothing. Of the authorities those that are this
 * server's become so here too; those of other servers stay behind where a database has but one server, and stay trusted.
 * @throws MaintenanceError, DatastoreError
 */
export async function load(
  database: MaintainedDatabase,
  { lines, isEarlier }: LoadOptions,
): Promise<Dumped> {
  const { db, engine, explain } = database;
  try {
    return await db.transaction(async (tx) => {
      if (engine === 'PostgreSQL')
        await tx('revision').where({ only: 1 }).forUpdate().first('value');
      await checkEmpty(tx, database);
      const reader = new DumpReader(lines);
      const header = await reader.header();
      await checkKnown(tx, header);
      const step = isEarlier ? STEP : 0;
      const rows = await insertAll(tx, reader, { ...database, step });
      const revision = Math.max(header.revision, await readRevision(tx)) + step;
      await tx('revision').update({ value: revision });
      return { rows, revision };
    });
  } catch (error) {
    throw explained(error, explain);
  }
}

export async function checkEmpty(tx: Knex, { where }: MaintainedDatabase): Promise<void> {
  for (const { name } of TABLES) {
    const row: unknown = await tx(name).select(tx.raw('1')).first();
    if (row !== undefined) {
      throw new MaintenanceError(
        'MAINTENANCE_NOT_EMPTY',
        `${where} has ${name.replaceAll('_', ' ')}`,
      );
    }
  }
}

async function checkKnown(tx: Knex.Transaction, { schema }: DumpHeader): Promise<void> {
  const { applied } = await schemaState(tx);
  if (applied.includes(schema)) return;
  throw new MaintenanceError(
    'MAINTENANCE_DUMP_INVALID',
    `its schema ${JSON.stringify(schema)} is of a newer release`,
  );
}

interface Target extends Pick<MaintainedDatabase, 'engine' | 'serverId'> {
  readonly step: number;
}

async function insertAll(
  tx: Knex.Transaction,
  reader: DumpReader,
  target: Target,
): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  let table: TableSpec | undefined;
  let waiting: Record<string, unknown>[] = [];
  const flush = async (): Promise<void> => {
    for (const chunk of inChunks(waiting)) await tx(table!.name).insert(chunk);
    waiting = [];
  };
  for await (const line of reader.rows()) {
    if (line.table !== table?.name || waiting.length >= AT_ONCE) await flush();
    table = tableNamed(line.table, reader.at);
    const row = adapted(table, line.row, target);
    if (row === undefined) continue;
    waiting.push(understood(reader.at, () => storedRow(table!, row)));
    counts[table.name] = (counts[table.name] ?? 0) + 1;
  }
  await flush();
  return counts;
}

function tableNamed(name: string, at: number): TableSpec {
  const table = TABLES.find((one) => one.name === name);
  if (table !== undefined) return table;
  throw invalid(at, `there is no table ${JSON.stringify(name)}`);
}

/** A file on one host knows one server, without a name; several share a database, each by its own. */
function adapted(
  { name }: TableSpec,
  row: DumpedRow,
  { engine, serverId, step }: Target,
): DumpedRow | undefined {
  if (name === 'entries') {
    return { ...row, revision_number: Number(row['revision_number']) + step };
  }
  if (name !== 'authorities') return row;
  const of = row['server_id'];
  if (of === '' || of === serverId)
    return { ...row, server_id: engine === 'SQLite' ? '' : serverId };
  return engine === 'SQLite' ? undefined : row;
}

function understood<T>(at: number, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw invalid(at, (error as Error).message);
  }
}

const invalid = (at: number, why: string): MaintenanceError =>
  new MaintenanceError('MAINTENANCE_DUMP_INVALID', `line ${at}: ${why}`);

/** Reads the lines of a dump, and knows at its end whether it was whole. */
class DumpReader {
  readonly #lines: AsyncIterator<string>;
  readonly #hash = createHash('sha256');
  /** Number of the line that was read last. */
  at = 0;

  constructor(lines: AsyncIterable<string>) {
    this.#lines = lines[Symbol.asyncIterator]();
  }

  async header(): Promise<DumpHeader> {
    const text = await this.#next();
    const header = text === undefined ? undefined : (this.#parse(text) as Partial<DumpHeader>);
    if (header?.format !== DUMP_FORMAT) throw invalid(1, 'this is no dump');
    if (header.version !== DUMP_VERSION) {
      throw invalid(1, `a dump of version ${String(header.version)} is of a newer release`);
    }
    if (!Number.isSafeInteger(header.revision) || typeof header.schema !== 'string') {
      throw invalid(1, 'the header is not whole');
    }
    this.#hash.update(`${text!}\n`);
    return header as DumpHeader;
  }

  async *rows(): AsyncGenerator<DumpLine> {
    for (let count = 0; ; count++) {
      const text = await this.#next();
      if (text === undefined) throw invalid(this.at, 'the dump ends early');
      const line = this.#parse(text) as Partial<DumpLine & DumpEnd>;
      if (line.sha256 !== undefined) {
        await this.#checkEnd(line, count);
        return;
      }
      this.#hash.update(`${text}\n`);
      const row: unknown = line.row;
      if (typeof line.table !== 'string' || typeof row !== 'object' || row === null) {
        throw invalid(this.at, 'this is no row');
      }
      yield line as DumpLine;
    }
  }

  async #checkEnd({ rows, sha256 }: Partial<DumpEnd>, count: number): Promise<void> {
    if (rows !== count || sha256 !== this.#hash.digest('hex')) {
      throw invalid(this.at, 'the dump is not as it was written');
    }
    if ((await this.#next()) !== undefined) throw invalid(this.at, 'there is more behind its end');
  }

  async #next(): Promise<string | undefined> {
    const next = await this.#lines.next();
    if (next.done === true) return undefined;
    this.at++;
    if (next.value.length > MAX_LINE_BYTES) throw invalid(this.at, 'it is too long');
    return next.value;
  }

  #parse(text: string): object {
    return understood(this.at, () => {
      const value = JSON.parse(text) as unknown;
      if (typeof value !== 'object' || value === null) throw new TypeError('this is no row');
      return value;
    });
  }
}
