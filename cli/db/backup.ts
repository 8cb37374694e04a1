import { systemClock } from '../../runtime/clock.ts';
import { backUp } from '../../server/datastore/maintenance/backup.ts';
import type { Invocation } from '../verb.ts';
import { databasePassword, readDatabaseConfig } from './config.ts';
import { summaryOf } from './summary.ts';

export async function backUpDatabase(_flags: object, invocation: Invocation): Promise<void> {
  const [directory] = invocation.command.processedArgs as [string];
  const config = await readDatabaseConfig(invocation);
  const done = await backUp(config, {
    directory,
    now: systemClock.now(),
    databasePassword: databasePassword(invocation),
  });
  invocation.terminal.stdout.write(`${directory}: ${summaryOf(done)}\n`);
}
