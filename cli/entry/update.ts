import type { Attributes } from '@vouchsafe/proto/gen/vouchsafe/server/entry/v1/Attributes';
import type { Entry } from '@vouchsafe/proto/gen/spire/api/types/Entry';
import { adminTarget, withConnection } from '../connect.ts';
import type { Connection } from '../connect.ts';
import { CliError } from '../errors.ts';
import type { OutputFormat } from '../output.ts';
import type { Invocation } from '../verb.ts';
import { changedAttributes } from './attribute-flags.ts';
import type { AttributeFlags } from './attribute-flags.ts';
import { SERVER_PATH, entryFields } from './fields.ts';
import type { EntryFlags } from './fields.ts';
import { fetchOne, isUnknownService, withoutAttributes } from './registered.ts';
import { checkResults, ofApplied, ofSpire, printResults } from './results.ts';
import type { EntryResult } from './results.ts';

interface UpdateEntryFlags extends EntryFlags, AttributeFlags {
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
  const hasAttributes = changedAttributes(flags, null) !== undefined;
  if (Object.keys(said).length === 0 && flags.node !== true && !hasAttributes) {
    throw new CliError('CLI_USAGE', 'nothing to change: say what, such as --dns <NAME>');
  }
  const results = await withConnection(
    await adminTarget(flags.socket, terminal),
    async (connection) => {
      const entry = { ...said, ...(await aliasParent(connection, flags)), id: flags.entryId };
      const attributes = hasAttributes ? await mergedAttributes(connection, flags) : {};
      return update(connection, { entry, ...attributes });
    },
  );
  await printResults({ results }, flags.output, terminal);
  checkResults('change the entry', results);
}

interface Update {
  readonly entry: Entry;
  readonly attributes?: Attributes;
  /** The one that the attributes were merged with. */
  readonly revision_number?: string;
}

async function update(connection: Connection, change: Update): Promise<EntryResult[]> {
  const names = Object.keys(change.entry)
    .filter((field) => field !== 'id')
    .map((field) => [field, true]);
  const input_mask = Object.fromEntries(names) as Readonly<Record<string, boolean>>;
  try {
    const request = { update: [{ ...change, input_mask }] };
    const answer = await connection.unary('serverEntry', 'ApplyEntries', request);
    return answer.updated.map(ofApplied);
  } catch (error) {
    if (!isUnknownService(error)) throw error;
    if (change.attributes !== undefined) throw withoutAttributes('change them');
    const request = { entries: [change.entry], input_mask };
    const answer = await connection.unary('entry', 'BatchUpdateEntry', request);
    return answer.results.map(ofSpire);
  }
}

async function mergedAttributes(connection: Connection, flags: UpdateEntryFlags) {
  const { entry, attributes } = await fetchOne(connection, flags.entryId);
  const { revision_number } = entry;
  return { attributes: changedAttributes(flags, attributes) ?? {}, revision_number };
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
