import type { Knex } from 'knex';
import type { Database } from './database.ts';
import type { EntryRow } from './entry-row.ts';

/** Some milliseconds of work between two turns of the event loop. */
const PAGE = 1000;

/** As EntryRow has them; `row` is a word of SQL. */
const COLUMNS = [
  '"row"',
  ...['id', 'spiffe_id', 'parent_id', 'selectors', 'fingerprint', 'x509_svid_ttl', 'jwt_svid_ttl'],
  ...['federates_with', 'admin', 'downstream', 'expires_at', 'dns_names', 'store_svid', 'hint'],
  ...['additional_attributes', 'attributes', 'revision_number', 'created_at'],
] as const;
const NAMES = COLUMNS.map((column) => column.replaceAll('"', '')) as (keyof EntryRow)[];

type Cell = EntryRow[keyof EntryRow];

/** The rows that follow this one. */
export async function readEntryPage(
  db: Knex,
  jsonList: Database['jsonList'],
  after: number,
): Promise<EntryRow[]> {
  const page = db('entries').where('row', '>', after).orderBy('row').limit(PAGE).as('page');
  const [{ list } = { list: null }] = await db
    .from(page)
    .select<{ list: string | Cell[][] | null }[]>(db.raw(`${jsonList(COLUMNS)} as list`));
  const rows = typeof list === 'string' ? (JSON.parse(list) as Cell[][]) : (list ?? []);
  return rows.map(toEntryRow).sort((a, b) => a.row - b.row);
}

function toEntryRow(cells: readonly Cell[]): EntryRow {
  const row: Partial<Record<keyof EntryRow, Cell>> = {};
  for (let at = 0; at < NAMES.length; at++) row[NAMES[at]!] = cells[at]!;
  return row as EntryRow;
}
