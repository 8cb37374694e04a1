import { checkHealth } from '../healthcheck.ts';
import type { Invocation } from '../verb.ts';
import { workloadTarget } from '../workload-target.ts';

export async function checkAgentHealth(
  { socket }: { readonly socket?: string },
  { terminal }: Invocation,
): Promise<void> {
  await checkHealth(await workloadTarget(socket, terminal), terminal);
}
