import type { TrustDomain } from '@vouchsafe/pki/trust-domain';
import { toProtoJson } from '@vouchsafe/proto/json';
import { adminTarget, withConnection } from '../connect.ts';
import { print } from '../output.ts';
import type { OutputFormat } from '../output.ts';
import type { Invocation } from '../verb.ts';
import { relationshipTable } from './table.ts';

interface ShowRelationshipFlags {
  readonly socket?: string;
  readonly trustDomain: TrustDomain;
  readonly output?: OutputFormat;
}

export async function showRelationship(
  { socket, trustDomain, output }: ShowRelationshipFlags,
  { terminal }: Invocation,
): Promise<void> {
  const request = { trust_domain: trustDomain.name };
  const relationship = await withConnection(await adminTarget(socket, terminal), (connection) =>
    connection.unary('trustDomain', 'GetFederationRelationship', request),
  );
  const json = toProtoJson('spire.api.types.FederationRelationship', relationship);
  await print(terminal.stdout, { json, table: relationshipTable([relationship]) }, output);
}
