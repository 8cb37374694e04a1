import { SERVER_CONFIG } from '../../server/config.ts';
import type { ServerConfig } from '../../server/config.ts';
import { readDaemonConfig } from '../daemon/read-daemon-config.ts';
import type { Invocation } from '../verb.ts';
import { SERVER_FLAGS } from './flags.ts';

/** @throws ConfigError, CliError CLI_USAGE */
export function readServerConfig(invocation: Invocation): Promise<ServerConfig> {
  const source = { daemon: 'server', schema: SERVER_CONFIG, configFlags: SERVER_FLAGS } as const;
  return readDaemonConfig({ ...source, ...invocation });
}
