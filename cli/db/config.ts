import { systemClock } from '../../runtime/clock.ts';
import { createLog } from '../../runtime/log.ts';
import { SERVER_CONFIG } from '../../server/config.ts';
import type { MaintainedConfig } from '../../server/datastore/maintenance/open.ts';
import { readDaemonConfig } from '../daemon/read-daemon-config.ts';
import { DATABASE_PASSWORD_VARIABLE } from '../server/flags.ts';
import type { Invocation } from '../verb.ts';
import { DATABASE_FLAGS } from './flags.ts';

/** Whose trust domain it is, the database says. */
const schema = SERVER_CONFIG.partial({ trust_domain: true });

/** @throws ConfigError, CliError CLI_USAGE */
export function readDatabaseConfig(invocation: Invocation): Promise<MaintainedConfig> {
  return readDaemonConfig({
    ...({ daemon: 'server', schema, configFlags: DATABASE_FLAGS } as const),
    ...invocation,
  });
}

export const databasePassword = ({ terminal }: Invocation): string | undefined =>
  terminal.env[DATABASE_PASSWORD_VARIABLE];

/** What the datastore needs of whoever opens it. */
export const datastoreDeps = (invocation: Invocation) => ({
  clock: systemClock,
  log: createLog('error'),
  databasePassword: databasePassword(invocation),
});
