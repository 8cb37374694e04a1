import { restore } from '../../server/datastore/maintenance/restore.ts';
import type { Invocation } from '../verb.ts';
import { datastoreDeps, readDatabaseConfig } from './config.ts';
import { summaryOf } from './summary.ts';

export async function restoreDatabase(_flags: object, invocation: Invocation): Promise<void> {
  const [directory] = invocation.command.processedArgs as [string];
  const config = await readDatabaseConfig(invocation);
  const done = await restore(config, directory, datastoreDeps(invocation));
  invocation.terminal.stdout.write(`restored ${summaryOf(done)}\n`);
}
