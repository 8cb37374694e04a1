import { toProtoJson } from '@vouchsafe/proto/json';
import { adminTarget, withConnection } from '../connect.ts';
import { print } from '../output.ts';
import type { OutputFormat } from '../output.ts';
import { collectPages } from '../pages.ts';
import type { Invocation } from '../verb.ts';
import { bundleTable } from './table.ts';

const PAGE_SIZE = 100;

interface ListBundlesFlags {
  readonly socket?: string;
  readonly output?: OutputFormat;
}

export async function listBundles(
  { socket, output }: ListBundlesFlags,
  { terminal }: Invocation,
): Promise<void> {
  const bundles = await withConnection(await adminTarget(socket, terminal), (connection) =>
    collectPages(async (pageToken) => {
      const request = { page_size: PAGE_SIZE, page_token: pageToken };
      const response = await connection.unary('bundle', 'ListFederatedBundles', request);
      return { items: response.bundles, nextPageToken: response.next_page_token };
    }),
  );
  const response = { bundles, next_page_token: '' };
  const json = toProtoJson('spire.api.server.bundle.v1.ListFederatedBundlesResponse', response);
  await print(terminal.stdout, { json, table: bundleTable(bundles) }, output);
  if (bundles.length === 0) terminal.stderr.write('no bundles of other trust domains\n');
}
