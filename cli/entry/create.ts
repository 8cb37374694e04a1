import { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import { toProtoJson } from '@vouchsafe/proto/json';
import { checkDone } from '../batch-result.ts';
import { adminTarget, withConnection } from '../connect.ts';
import { CliError } from '../errors.ts';
import { encodeSpiffeId } from '../messages.ts';
import { print } from '../output.ts';
import type { OutputFormat } from '../output.ts';
import { printable } from '../terminal.ts';
import type { Invocation } from '../verb.ts';
import { SERVER_PATH, entryFields } from './fields.ts';
import type { EntryFlags } from './fields.ts';
import { entryTable } from './table.ts';
import { waitUntilServed } from './wait.ts';
import { entryWarnings } from './warnings.ts';

interface CreateEntryFlags extends EntryFlags {
  readonly socket?: string;
  readonly spiffeId: SpiffeId;
  readonly output?: OutputFormat;
  /** Seconds. */
  readonly wait?: number;
}

export async function createEntry(
  flags: CreateEntryFlags,
  { terminal }: Invocation,
): Promise<void> {
  const request = {
    entries: [{ ...entryFields(flags), parent_id: encodeSpiffeId(parentOf(flags)) }],
  };
  const target = await adminTarget(flags.socket, terminal);
  const response = await withConnection(target, (connection) =>
    connection.unary('entry', 'BatchCreateEntry', request),
  );
  const created = response.results.flatMap(({ status, entry }) =>
    status?.code === 0 && entry ? [entry] : [],
  );
  const json = toProtoJson('spire.api.server.entry.v1.BatchCreateEntryResponse', response);
  const plain = created.map(({ id }) => `${id}\n`).join('');
  await print(terminal.stdout, { json, table: entryTable(created), plain }, flags.output);
  checkDone('create the entry', response.results);
  await withConnection(target, async (connection) => {
    for (const entry of created) {
      for (const warning of await entryWarnings(connection, entry)) {
        terminal.stderr.write(`${printable(`warning: ${warning}`)}\n`);
      }
    }
  });
  if (flags.wait === undefined) return;
  const { stderr } = terminal;
  const ids = created.map(({ id }) => id);
  await waitUntilServed(ids, { target, seconds: flags.wait, stderr });
}

function parentOf({ parentId, node, spiffeId }: CreateEntryFlags): SpiffeId {
  if (node === true) return SpiffeId.of(spiffeId.trustDomain, SERVER_PATH);
  if (parentId !== undefined) return parentId;
  throw new CliError(
    'CLI_USAGE',
    'missing --parent-id <ID>: the SPIFFE ID of the agent on the workload’s node, as `vouchsafe agent list` shows it (or --node, to make a node alias)',
  );
}
