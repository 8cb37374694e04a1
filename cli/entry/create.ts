import { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import type { Entry } from '@vouchsafe/proto/gen/spire/api/types/Entry';
import { adminTarget, withConnection } from '../connect.ts';
import type { Connection } from '../connect.ts';
import { CliError } from '../errors.ts';
import { encodeSpiffeId } from '../messages.ts';
import type { OutputFormat } from '../output.ts';
import type { Invocation } from '../verb.ts';
import { changedAttributes } from './attribute-flags.ts';
import type { AttributeFlags } from './attribute-flags.ts';
import { SERVER_PATH, entryFields } from './fields.ts';
import type { EntryFlags } from './fields.ts';
import { isUnknownService, withoutAttributes } from './registered.ts';
import { checkResults, doneOf, ofApplied, ofSpire, printResults } from './results.ts';
import type { EntryResult } from './results.ts';
import { waitUntilServed } from './wait.ts';
import { writeWarnings } from './warnings.ts';

interface CreateEntryFlags extends EntryFlags, AttributeFlags {
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
  const entry = { ...entryFields(flags), parent_id: encodeSpiffeId(parentOf(flags)) };
  const target = await adminTarget(flags.socket, terminal);
  const results = await withConnection(target, (connection) => create(connection, entry, flags));
  const created = doneOf(results).map((done) => done.entry);
  const plain = created.map(({ id }) => `${id}\n`).join('');
  await printResults({ results, plain }, flags.output, terminal);
  checkResults('create the entry', results);
  await withConnection(target, (connection) => writeWarnings(connection, created, terminal.stderr));
  if (flags.wait === undefined) return;
  const ids = created.map(({ id }) => id);
  const [seconds, done] = [flags.wait, 'the entry is created'];
  await waitUntilServed(ids, { target, seconds, stderr: terminal.stderr, done });
}

async function create(
  connection: Connection,
  entry: Entry,
  flags: AttributeFlags,
): Promise<EntryResult[]> {
  const attributes = changedAttributes(flags, null);
  if (attributes === undefined) {
    const answer = await connection.unary('entry', 'BatchCreateEntry', { entries: [entry] });
    return answer.results.map(ofSpire);
  }
  try {
    const request = { create: [{ entry, attributes }] };
    const answer = await connection.unary('serverEntry', 'ApplyEntries', request);
    return answer.created.map(ofApplied);
  } catch (error) {
    throw isUnknownService(error) ? withoutAttributes('create the entry with them') : error;
  }
}

function parentOf({ parentId, node, spiffeId }: CreateEntryFlags): SpiffeId {
  if (node === true) return SpiffeId.of(spiffeId.trustDomain, SERVER_PATH);
  if (parentId !== undefined) return parentId;
  throw new CliError(
    'CLI_USAGE',
    'missing --parent-id <ID>: the SPIFFE ID of the agent on the workload’s node, as `vouchsafe agent list` shows it (or --node, to make a node alias)',
  );
}
