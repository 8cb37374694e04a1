import type { TrustDomain } from '@vouchsafe/pki/trust-domain';
import { toProtoJson } from '@vouchsafe/proto/json';
import { checkDone } from '../batch-result.ts';
import { adminTarget, withConnection } from '../connect.ts';
import { print } from '../output.ts';
import type { OutputFormat } from '../output.ts';
import type { Invocation } from '../verb.ts';
import { readBundleFile } from './bundle-file.ts';
import { bundleTable } from './table.ts';

interface SetBundleFlags {
  readonly socket?: string;
  readonly trustDomain: TrustDomain;
  readonly file: string;
  readonly output?: OutputFormat;
}

export async function setBundle(
  { socket, trustDomain, file, output }: SetBundleFlags,
  { terminal }: Invocation,
): Promise<void> {
  const bundle = [await readBundleFile(file, trustDomain, terminal)];
  const response = await withConnection(await adminTarget(socket, terminal), (connection) =>
    connection.unary('bundle', 'BatchSetFederatedBundle', { bundle }),
  );
  const json = toProtoJson('spire.api.server.bundle.v1.BatchSetFederatedBundleResponse', response);
  const stored = response.results.flatMap((result) => result.bundle ?? []);
  await print(terminal.stdout, { json, table: bundleTable(stored) }, output);
  checkDone('store the bundle', response.results);
}
