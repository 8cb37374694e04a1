import { toProtoJson } from '@vouchsafe/proto/json';
import { checkDone } from '../batch-result.ts';
import { adminTarget, withConnection } from '../connect.ts';
import { print } from '../output.ts';
import type { OutputFormat } from '../output.ts';
import { statusName } from '../status-name.ts';
import type { Invocation } from '../verb.ts';

interface DeleteEntriesFlags {
  readonly socket?: string;
  readonly entryId: readonly string[];
  readonly output?: OutputFormat;
}

export async function deleteEntries(
  flags: DeleteEntriesFlags,
  { terminal }: Invocation,
): Promise<void> {
  const request = { ids: [...flags.entryId] };
  const response = await withConnection(await adminTarget(flags.socket, terminal), (connection) =>
    connection.unary('entry', 'BatchDeleteEntry', request),
  );
  const { results } = response;
  const json = toProtoJson('spire.api.server.entry.v1.BatchDeleteEntryResponse', response);
  const rows = results.map(({ id, status }) => [
    id,
    status?.code === 0 ? 'deleted' : statusName(status?.code ?? -1),
  ]);
  const table = { columns: ['ENTRY ID', 'RESULT'], rows };
  await print(terminal.stdout, { json, table }, flags.output);
  checkDone(results.length > 1 ? 'delete all of the entries' : 'delete the entry', results);
}
