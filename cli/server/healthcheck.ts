import { adminTarget } from '../connect.ts';
import { checkHealth } from '../healthcheck.ts';
import type { Invocation } from '../verb.ts';

export async function checkServerHealth(
  { socket }: { readonly socket?: string },
  { terminal }: Invocation,
): Promise<void> {
  await checkHealth(await adminTarget(socket, terminal), terminal);
}
