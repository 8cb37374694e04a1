import { startAgent } from '../../agent/agent.ts';
import { runDaemon } from '../daemon/run-daemon.ts';
import type { Invocation } from '../verb.ts';
import { readAgentConfig } from './read-config.ts';

export async function runAgent(_flags: object, invocation: Invocation): Promise<void> {
  const config = await readAgentConfig(invocation);
  await runDaemon({
    logLevel: config.log_level,
    env: invocation.terminal.env,
    start: (deps) => startAgent(config, deps),
  });
}
