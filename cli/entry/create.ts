import type { Selector } from '@vouchsafe/pki/selector';
import { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import type { TrustDomain } from '@vouchsafe/pki/trust-domain';
import type { Entry } from '@vouchsafe/proto/gen/spire/api/types/Entry';
import { toProtoJson } from '@vouchsafe/proto/json';
import { checkDone } from '../batch-result.ts';
import { adminTarget, withConnection } from '../connect.ts';
import { CliError } from '../errors.ts';
import { encodeSelector, encodeSpiffeId } from '../messages.ts';
import { print } from '../output.ts';
import type { OutputFormat } from '../output.ts';
import type { Invocation } from '../verb.ts';
import { entryTable } from './table.ts';

/** The parent of node aliases, as in SPIRE. */
const SERVER_PATH = '/spire/server';

interface CreateEntryFlags {
  readonly socket?: string;
  readonly spiffeId: SpiffeId;
  readonly parentId?: SpiffeId;
  readonly node?: boolean;
  readonly selector: readonly Selector[];
  readonly x509Ttl?: number;
  readonly jwtTtl?: number;
  readonly dns?: readonly string[];
  readonly admin?: boolean;
  readonly downstream?: boolean;
  readonly hint?: string;
  readonly federatesWith?: readonly TrustDomain[];
  readonly output?: OutputFormat;
}

export async function createEntry(
  flags: CreateEntryFlags,
  { terminal }: Invocation,
): Promise<void> {
  const request = { entries: [entryMessage(flags)] };
  const response = await withConnection(await adminTarget(flags.socket, terminal), (connection) =>
    connection.unary('entry', 'BatchCreateEntry', request),
  );
  const created = response.results.flatMap(({ status, entry }) =>
    status?.code === 0 && entry ? [entry] : [],
  );
  const json = toProtoJson('spire.api.server.entry.v1.BatchCreateEntryResponse', response);
  const plain = created.map(({ id }) => `${id}\n`).join('');
  await print(terminal.stdout, { json, table: entryTable(created), plain }, flags.output);
  checkDone('create the entry', response.results);
}

function entryMessage(flags: CreateEntryFlags): Entry {
  return {
    spiffe_id: encodeSpiffeId(flags.spiffeId),
    parent_id: encodeSpiffeId(parentOf(flags)),
    selectors: flags.selector.map(encodeSelector),
    x509_svid_ttl: flags.x509Ttl ?? 0,
    jwt_svid_ttl: flags.jwtTtl ?? 0,
    dns_names: [...(flags.dns ?? [])],
    admin: flags.admin ?? false,
    downstream: flags.downstream ?? false,
    hint: flags.hint ?? '',
    federates_with: (flags.federatesWith ?? []).map(({ name }) => name),
  };
}

function parentOf({ parentId, node, spiffeId }: CreateEntryFlags): SpiffeId {
  if (node === true) return SpiffeId.of(spiffeId.trustDomain, SERVER_PATH);
  if (parentId !== undefined) return parentId;
  throw new CliError(
    'CLI_USAGE',
    'missing --parent-id <ID>: the SPIFFE ID of the agent on the workload’s node, as `vouchsafe agent list` shows it (or --node, to make a node alias)',
  );
}
