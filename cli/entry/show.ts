import type { Entry__Output } from '@vouchsafe/proto/gen/spire/api/types/Entry';
import { toProtoJson } from '@vouchsafe/proto/json';
import { adminTarget, withConnection } from '../connect.ts';
import type { Connection } from '../connect.ts';
import { print } from '../output.ts';
import type { OutputFormat } from '../output.ts';
import { collectPages } from '../pages.ts';
import type { Invocation } from '../verb.ts';
import { entryFilter } from './filter.ts';
import type { EntryFilterFlags } from './filter.ts';
import { entryTable } from './table.ts';

const PAGE_SIZE = 500;

interface ShowEntriesFlags extends EntryFilterFlags {
  readonly socket?: string;
  readonly entryId?: string;
  readonly output?: OutputFormat;
}

export async function showEntries(
  flags: ShowEntriesFlags,
  { terminal }: Invocation,
): Promise<void> {
  const entries = await withConnection(await adminTarget(flags.socket, terminal), (connection) =>
    fetchEntries(connection, flags),
  );
  const response = { entries, next_page_token: '' };
  const json = toProtoJson('spire.api.server.entry.v1.ListEntriesResponse', response);
  await print(terminal.stdout, { json, table: entryTable(entries) }, flags.output);
  if (entries.length === 0) terminal.stderr.write('no entries found\n');
}

async function fetchEntries(
  connection: Connection,
  flags: ShowEntriesFlags,
): Promise<Entry__Output[]> {
  const { entryId } = flags;
  if (entryId !== undefined) {
    return [await connection.unary('entry', 'GetEntry', { id: entryId })];
  }
  const filter = entryFilter(flags);
  return collectPages(async (pageToken) => {
    const request = { filter, page_size: PAGE_SIZE, page_token: pageToken };
    const response = await connection.unary('entry', 'ListEntries', request);
    return { items: response.entries, nextPageToken: response.next_page_token };
  });
}
