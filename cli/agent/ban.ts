import type { Invocation } from '../verb.ts';
import { changeAgent } from './one-agent.ts';
import type { OneAgentFlags } from './one-agent.ts';

export async function banAgent(flags: OneAgentFlags, { terminal }: Invocation): Promise<void> {
  await changeAgent(flags, terminal, { method: 'BanAgent', result: 'banned' });
}
