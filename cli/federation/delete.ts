import type { TrustDomain } from '@vouchsafe/pki/trust-domain';
import { toProtoJson } from '@vouchsafe/proto/json';
import { checkDone, deletionTable } from '../batch-result.ts';
import { adminTarget, withConnection } from '../connect.ts';
import { print } from '../output.ts';
import type { OutputFormat } from '../output.ts';
import type { Invocation } from '../verb.ts';

interface DeleteRelationshipsFlags {
  readonly socket?: string;
  readonly trustDomain: readonly TrustDomain[];
  readonly output?: OutputFormat;
}

export async function deleteRelationships(
  { socket, trustDomain, output }: DeleteRelationshipsFlags,
  { terminal }: Invocation,
): Promise<void> {
  const request = { trust_domains: trustDomain.map(({ name }) => name) };
  const response = await withConnection(await adminTarget(socket, terminal), (connection) =>
    connection.unary('trustDomain', 'BatchDeleteFederationRelationship', request),
  );
  const { results } = response;
  const json = toProtoJson(
    'spire.api.server.trustdomain.v1.BatchDeleteFederationRelationshipResponse',
    response,
  );
  await print(terminal.stdout, { json, table: deletionTable(results) }, output);
  checkDone(results.length > 1 ? 'end all of the federations' : 'end the federation', results);
}
