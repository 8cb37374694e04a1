import type { Invocation } from '../verb.ts';
import { readServerConfig } from './read-config.ts';

export async function validateServer(
  { config }: { readonly config?: string },
  invocation: Invocation,
): Promise<void> {
  const { trust_domain: trustDomain } = await readServerConfig(invocation);
  const what = config ?? 'what the flags say';
  invocation.terminal.stdout.write(`${what} configures a server of ${trustDomain.name}\n`);
}
