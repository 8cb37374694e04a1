import type { TrustDomain } from '@vouchsafe/pki/trust-domain';
import { toProtoJson } from '@vouchsafe/proto/json';
import { checkDone, deletionTable } from '../batch-result.ts';
import { adminTarget, withConnection } from '../connect.ts';
import { print } from '../output.ts';
import type { OutputFormat } from '../output.ts';
import type { Invocation } from '../verb.ts';
import type { DeleteMode } from './delete-mode.ts';

interface DeleteBundlesFlags {
  readonly socket?: string;
  readonly trustDomain: readonly TrustDomain[];
  readonly mode?: DeleteMode;
  readonly output?: OutputFormat;
}

const MODES = { restrict: 'RESTRICT', delete: 'DELETE', dissociate: 'DISSOCIATE' } as const;

export async function deleteBundles(
  { socket, trustDomain, mode = 'restrict', output }: DeleteBundlesFlags,
  { terminal }: Invocation,
): Promise<void> {
  const request = { trust_domains: trustDomain.map(({ name }) => name), mode: MODES[mode] };
  const response = await withConnection(await adminTarget(socket, terminal), (connection) =>
    connection.unary('bundle', 'BatchDeleteFederatedBundle', request),
  );
  const { results } = response;
  const json = toProtoJson(
    'spire.api.server.bundle.v1.BatchDeleteFederatedBundleResponse',
    response,
  );
  await print(terminal.stdout, { json, table: deletionTable(results) }, output);
  checkDone(results.length > 1 ? 'delete all of the bundles' : 'delete the bundle', results);
}
