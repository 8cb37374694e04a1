import { toProtoJson } from '@vouchsafe/proto/json';
import { adminTarget, withConnection } from '../connect.ts';
import { print } from '../output.ts';
import type { OutputFormat } from '../output.ts';
import type { Invocation } from '../verb.ts';
import { entryQuery } from './filter.ts';
import type { EntryFilterFlags } from './filter.ts';
import { fetchRegistered } from './registered.ts';

interface CountEntriesFlags extends EntryFilterFlags {
  readonly socket?: string;
  readonly output?: OutputFormat;
}

export async function countEntries(
  flags: CountEntriesFlags,
  { terminal }: Invocation,
): Promise<void> {
  const query = entryQuery(flags);
  const response = await withConnection(
    await adminTarget(flags.socket, terminal),
    async (connection) =>
      query.by_attributes === undefined
        ? connection.unary('entry', 'CountEntries', query)
        : { count: (await fetchRegistered(connection, query)).length },
  );
  const json = toProtoJson('spire.api.server.entry.v1.CountEntriesResponse', response);
  const table = { columns: ['ENTRIES'], rows: [[String(response.count)]] };
  await print(terminal.stdout, { json, table }, flags.output);
}
