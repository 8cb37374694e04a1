import { toProtoJson } from '@vouchsafe/proto/json';
import { adminTarget, withConnection } from '../connect.ts';
import { print } from '../output.ts';
import type { OutputFormat } from '../output.ts';
import { collectPages } from '../pages.ts';
import type { Invocation } from '../verb.ts';
import { relationshipTable } from './table.ts';

const PAGE_SIZE = 100;

interface ListRelationshipsFlags {
  readonly socket?: string;
  readonly output?: OutputFormat;
}

export async function listRelationships(
  { socket, output }: ListRelationshipsFlags,
  { terminal }: Invocation,
): Promise<void> {
  const relationships = await withConnection(await adminTarget(socket, terminal), (connection) =>
    collectPages(async (pageToken) => {
      const request = { page_size: PAGE_SIZE, page_token: pageToken };
      const response = await connection.unary(
        'trustDomain',
        'ListFederationRelationships',
        request,
      );
      return {
        items: response.federation_relationships,
        nextPageToken: response.next_page_token,
      };
    }),
  );
  const response = { federation_relationships: relationships, next_page_token: '' };
  const json = toProtoJson(
    'spire.api.server.trustdomain.v1.ListFederationRelationshipsResponse',
    response,
  );
  await print(terminal.stdout, { json, table: relationshipTable(relationships) }, output);
  if (relationships.length === 0) terminal.stderr.write('no trust domain is federated with\n');
}
