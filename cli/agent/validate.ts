import type { Invocation } from '../verb.ts';
import { readAgentConfig } from './read-config.ts';

export async function validateAgent(
  { config }: { readonly config?: string },
  invocation: Invocation,
): Promise<void> {
  const { trust_domain: trustDomain } = await readAgentConfig(invocation);
  const what = config ?? 'what the flags say';
  invocation.terminal.stdout.write(`${what} configures an agent of ${trustDomain.name}\n`);
}
