import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { rename } from 'node:fs/promises';
import { systemCode } from '../../runtime/errors.ts';
import { createLog } from '../../runtime/log.ts';
import type { RootLog } from '../../runtime/log.ts';

export interface LogFile {
  readonly log: RootLog;
  close(): Promise<void>;
}

/** A log of its own for this run; that of the last run is kept beside it. */
export async function openLogFile(path: string): Promise<LogFile> {
  await rename(path, `${path}.1`).catch((error: unknown) => {
    if (systemCode(error) !== 'ENOENT') throw error;
  });
  const stream = createWriteStream(path, { flags: 'wx', mode: 0o600 });
  await once(stream, 'open');
  stream.on('error', () => undefined); // a full disk costs lines of the log, not what they tell about
  const log = createLog('info', stream);
  return {
    log,
    close: () => new Promise((resolve) => stream.end(() => resolve())),
  };
}
