import { systemClock } from '../../runtime/clock.ts';
import { writeLines } from '../../server/datastore/maintenance/backup.ts';
import { dump } from '../../server/datastore/maintenance/dump.ts';
import { openMaintained } from '../../server/datastore/maintenance/open.ts';
import { STANDARD_INPUT } from '../read-input.ts';
import type { Invocation } from '../verb.ts';
import { databasePassword, readDatabaseConfig } from './config.ts';
import { summaryOf } from './summary.ts';

export async function exportDatabase(_flags: object, invocation: Invocation): Promise<void> {
  const [file] = invocation.command.processedArgs as [string];
  const { stdout, stderr } = invocation.terminal;
  const config = await readDatabaseConfig(invocation);
  const options = { databasePassword: databasePassword(invocation), readOnly: true };
  const database = await openMaintained(config, options);
  const now = systemClock.now();
  const print = (line: string): Promise<void> => {
    stdout.write(line);
    return Promise.resolve();
  };
  try {
    const done =
      file === STANDARD_INPUT
        ? await dump(database, { now, write: print })
        : await writeLines(file, (write) => dump(database, { now, write }));
    stderr.write(`${summaryOf(done)}\n`);
  } finally {
    await database.close();
  }
}
