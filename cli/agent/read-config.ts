import { AGENT_CONFIG } from '../../agent/config.ts';
import type { AgentConfig } from '../../agent/config.ts';
import { readDaemonConfig } from '../daemon/read-daemon-config.ts';
import type { Invocation } from '../verb.ts';
import { AGENT_FLAGS, JOIN_TOKEN_VARIABLE } from './flags.ts';

/** @throws ConfigError, CliError CLI_USAGE */
export function readAgentConfig(invocation: Invocation): Promise<AgentConfig> {
  return readDaemonConfig({
    daemon: 'agent',
    schema: AGENT_CONFIG,
    configFlags: AGENT_FLAGS,
    environment: environmentOf(invocation),
    alternatives: ['join_token', 'join_token_file'],
    ...invocation,
  });
}

/** A token in the environment counts unless a flag says where another is. */
function environmentOf({ command, terminal }: Invocation): Readonly<Record<string, unknown>> {
  const { [JOIN_TOKEN_VARIABLE]: token = '' } = terminal.env;
  const isElsewhere = command.getOptionValue('joinTokenFile') !== undefined;
  return token === '' || isElsewhere ? {} : { join_token: token };
}
