import type { Test } from 'tap';
import type { Clock } from '../../runtime/clock.ts';
import { systemClock } from '../../runtime/clock.ts';
import { parsePostgresUrl } from '../../server/datastore/postgres/location.ts';
import { openPostgres } from '../../server/datastore/postgres/postgres.ts';
import type { PostgresOptions } from '../../server/datastore/postgres/postgres.ts';
import type { SqlDatastore } from '../../server/datastore/sql/sql-datastore.ts';
import { captureLog } from './capture-log.ts';

type Options = Partial<PostgresOptions> & { readonly clock?: Clock };

/** Opens the datastore at this address, as a server of this name would; it is closed with the test. */
export async function openPostgresStore(
  t: Test,
  url: string,
  { clock = systemClock, ...options }: Options = {},
): Promise<SqlDatastore> {
  const given = {
    location: parsePostgresUrl(url),
    ...{ passwordFile: undefined, password: undefined },
    ...{ caFile: undefined, certificateFile: undefined, keyFile: undefined },
    ...{ serverId: 'one', maxConnections: 4, statementMs: 10_000 },
    ...options,
  };
  const store = await openPostgres(given, { clock, log: captureLog().log, random: () => 0.5 });
  t.teardown(() => store.close());
  return store;
}
