import { openMaintained } from '../../server/datastore/maintenance/open.ts';
import { databaseStatus } from '../../server/datastore/maintenance/status.ts';
import { print } from '../output.ts';
import type { OutputFormat } from '../output.ts';
import type { Invocation } from '../verb.ts';
import { databasePassword, readDatabaseConfig } from './config.ts';

export async function showDatabase(
  { output }: { readonly output?: OutputFormat },
  invocation: Invocation,
): Promise<void> {
  const config = await readDatabaseConfig(invocation);
  const options = { databasePassword: databasePassword(invocation), readOnly: true };
  const database = await openMaintained(config, options);
  const status = await databaseStatus(database).finally(() => database.close());
  const { engine, where, applied, pending, newer, revision, rows } = status;
  const json = {
    ...{ engine, database: where, revision, rows: { ...rows } },
    schema: { applied: [...applied], pending: [...pending], newer: [...newer] },
  };
  const table = {
    columns: ['DATABASE', 'ENGINE', 'SCHEMA', 'PENDING', 'REVISION', 'ROWS'],
    rows: [
      [
        ...[where, engine, applied.at(-1) ?? '', pending.join(' '), String(revision)],
        Object.entries(rows)
          .map(([name, count]) => `${name}=${count}`)
          .join(' '),
      ],
    ],
  };
  await print(invocation.terminal.stdout, { json, table }, output);
}
