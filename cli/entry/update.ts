import type { Entry } from '@vouchsafe/proto/gen/spire/api/types/Entry';
import { toProtoJson } from '@vouchsafe/proto/json';
import { checkDone } from '../batch-result.ts';
import { adminTarget, withConnection } from '../connect.ts';
import type { Connection } from '../connect.ts';
import { CliError } from '../errors.ts';
import { print } from '../output.ts';
import type { OutputFormat } from '../output.ts';
import type { Invocation } from '../verb.ts';
import { SERVER_PATH, entryFields } from './fields.ts';
import type { EntryFlags } from './fields.ts';
import { entryTable } from './table.ts';

interface UpdateEntryFlags extends EntryFlags {
  readonly socket?: string;
  readonly entryId: string;
  readonly output?: OutputFormat;
}

/** Changes what the flags name: nothing else is sent, so that nothing else is undone. */
export async function updateEntry(
  flags: UpdateEntryFlags,
  { terminal }: Invocation,
): Promise<void> {
  const said = entryFields(flags);
  if (Object.keys(said).length === 0 && flags.node !== true) {
    throw new CliError('CLI_USAGE', 'nothing to change: say what, such as --dns <NAME>');
  }
  const response = await withConnection(
    await adminTarget(flags.socket, terminal),
    async (connection) => {
      const changes = { ...said, ...(await aliasParent(connection, flags)) };
      const names = Object.keys(changes).map((field) => [field, true]);
      const input_mask = Object.fromEntries(names) as Readonly<Record<string, boolean>>;
      const entries = [{ ...changes, id: flags.entryId }];
      return connection.unary('entry', 'BatchUpdateEntry', { entries, input_mask });
    },
  );
  const changed = response.results.flatMap(({ entry }) => (entry ? [entry] : []));
  const json = toProtoJson('spire.api.server.entry.v1.BatchUpdateEntryResponse', response);
  await print(terminal.stdout, { json, table: entryTable(changed) }, flags.output);
  checkDone('change the entry', response.results);
}

/** A node alias is below the server of its own trust domain. */
async function aliasParent(
  connection: Connection,
  { node, spiffeId, entryId }: UpdateEntryFlags,
): Promise<Pick<Entry, 'parent_id'>> {
  if (node !== true) return {};
  const trust_domain = spiffeId?.trustDomain.name ?? (await trustDomainOf(connection, entryId));
  return { parent_id: { trust_domain, path: SERVER_PATH } };
}

async function trustDomainOf(connection: Connection, id: string): Promise<string> {
  const request = { id, output_mask: { spiffe_id: true } };
  const { spiffe_id } = await connection.unary('entry', 'GetEntry', request);
  return spiffe_id?.trust_domain ?? '';
}
