import { adminTarget, withConnection } from '../connect.ts';
import { print } from '../output.ts';
import type { OutputFormat } from '../output.ts';
import type { Invocation } from '../verb.ts';
import { entryQuery } from './filter.ts';
import type { EntryFilterFlags } from './filter.ts';
import { fetchOne, fetchRegistered, registeredJson } from './registered.ts';
import { entryTable } from './table.ts';

interface ShowEntriesFlags extends EntryFilterFlags {
  readonly socket?: string;
  readonly entryId?: string;
  readonly output?: OutputFormat;
}

export async function showEntries(
  flags: ShowEntriesFlags,
  { terminal }: Invocation,
): Promise<void> {
  const { entryId } = flags;
  const entries = await withConnection(
    await adminTarget(flags.socket, terminal),
    async (connection) =>
      entryId === undefined
        ? fetchRegistered(connection, entryQuery(flags))
        : [await fetchOne(connection, entryId)],
  );
  const json = { entries: entries.map(registeredJson), next_page_token: '' };
  await print(terminal.stdout, { json, table: entryTable(entries) }, flags.output);
  if (entries.length === 0) terminal.stderr.write('no entries found\n');
}
