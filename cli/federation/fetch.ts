import type { FederationRelationship__Output } from '@vouchsafe/proto/gen/spire/api/types/FederationRelationship';
import type { Connection } from '../connect.ts';
import { collectPages } from '../pages.ts';

const PAGE_SIZE = 100;

/** Where the bundles of other trust domains are fetched. @throws CallFailure */
export function fetchRelationships(
  connection: Connection,
): Promise<FederationRelationship__Output[]> {
  return collectPages(async (pageToken) => {
    const request = { page_size: PAGE_SIZE, page_token: pageToken };
    const answer = await connection.unary('trustDomain', 'ListFederationRelationships', request);
    return { items: answer.federation_relationships, nextPageToken: answer.next_page_token };
  });
}
