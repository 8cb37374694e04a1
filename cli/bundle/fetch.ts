import type { Bundle__Output } from '@vouchsafe/proto/gen/spire/api/types/Bundle';
import type { Connection } from '../connect.ts';
import { collectPages } from '../pages.ts';

const PAGE_SIZE = 100;

/** The stored bundles of other trust domains. @throws CallFailure */
export function fetchFederatedBundles(connection: Connection): Promise<Bundle__Output[]> {
  return collectPages(async (pageToken) => {
    const request = { page_size: PAGE_SIZE, page_token: pageToken };
    const response = await connection.unary('bundle', 'ListFederatedBundles', request);
    return { items: response.bundles, nextPageToken: response.next_page_token };
  });
}
