import { toProtoJson } from '@vouchsafe/proto/json';
import { adminTarget, withConnection } from '../connect.ts';
import { print } from '../output.ts';
import type { OutputFormat } from '../output.ts';
import type { Invocation } from '../verb.ts';
import { fetchRelationships } from './fetch.ts';
import { relationshipTable } from './table.ts';

interface ListRelationshipsFlags {
  readonly socket?: string;
  readonly output?: OutputFormat;
}

export async function listRelationships(
  { socket, output }: ListRelationshipsFlags,
  { terminal }: Invocation,
): Promise<void> {
  const target = await adminTarget(socket, terminal);
  const relationships = await withConnection(target, fetchRelationships);
  const response = { federation_relationships: relationships, next_page_token: '' };
  const json = toProtoJson(
    'spire.api.server.trustdomain.v1.ListFederationRelationshipsResponse',
    response,
  );
  await print(terminal.stdout, { json, table: relationshipTable(relationships) }, output);
  if (relationships.length === 0) terminal.stderr.write('no trust domain is federated with\n');
}
