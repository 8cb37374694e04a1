import { toProtoJson } from '@vouchsafe/proto/json';
import { adminTarget, withConnection } from '../connect.ts';
import { print } from '../output.ts';
import type { OutputFormat } from '../output.ts';
import type { Invocation } from '../verb.ts';

interface CountBundlesFlags {
  readonly socket?: string;
  readonly output?: OutputFormat;
}

export async function countBundles(
  { socket, output }: CountBundlesFlags,
  { terminal }: Invocation,
): Promise<void> {
  const response = await withConnection(await adminTarget(socket, terminal), (connection) =>
    connection.unary('bundle', 'CountBundles', {}),
  );
  const json = toProtoJson('spire.api.server.bundle.v1.CountBundlesResponse', response);
  const table = { columns: ['BUNDLES'], rows: [[String(response.count)]] };
  await print(terminal.stdout, { json, table }, output);
}
