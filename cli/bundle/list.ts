import { toProtoJson } from '@vouchsafe/proto/json';
import { adminTarget, withConnection } from '../connect.ts';
import { print } from '../output.ts';
import type { OutputFormat } from '../output.ts';
import type { Invocation } from '../verb.ts';
import { fetchFederatedBundles } from './fetch.ts';
import { bundleTable } from './table.ts';

interface ListBundlesFlags {
  readonly socket?: string;
  readonly output?: OutputFormat;
}

export async function listBundles(
  { socket, output }: ListBundlesFlags,
  { terminal }: Invocation,
): Promise<void> {
  const target = await adminTarget(socket, terminal);
  const bundles = await withConnection(target, fetchFederatedBundles);
  const response = { bundles, next_page_token: '' };
  const json = toProtoJson('spire.api.server.bundle.v1.ListFederatedBundlesResponse', response);
  await print(terminal.stdout, { json, table: bundleTable(bundles) }, output);
  if (bundles.length === 0) terminal.stderr.write('no bundles of other trust domains\n');
}
