import { startServer } from '../../server/server.ts';
import { runDaemon } from '../daemon/run-daemon.ts';
import type { Invocation } from '../verb.ts';
import { DATABASE_PASSWORD_VARIABLE } from './flags.ts';
import { readServerConfig } from './read-config.ts';

export async function runServer(_flags: object, invocation: Invocation): Promise<void> {
  const config = await readServerConfig(invocation);
  const { [DATABASE_PASSWORD_VARIABLE]: databasePassword } = invocation.terminal.env;
  await runDaemon({
    logLevel: config.log_level,
    env: invocation.terminal.env,
    start: (deps) => startServer(config, { ...deps, databasePassword }),
  });
}
