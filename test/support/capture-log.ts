import { createLog } from '../../runtime/log.ts';
import type { RootLog } from '../../runtime/log.ts';

export interface LogRecord {
  readonly level: string;
  readonly msg: string;
  readonly [field: string]: unknown;
}

/** A real log whose lines are kept: `records` as read back, `text` as it would have been written. */
export function captureLog(): { log: RootLog; records: LogRecord[]; text: () => string } {
  const lines: string[] = [];
  const records: LogRecord[] = [];
  const log = createLog('debug', {
    write: (line: string) => {
      lines.push(line);
      records.push(JSON.parse(line) as LogRecord);
    },
  });
  return { log, records, text: () => lines.join('') };
}
