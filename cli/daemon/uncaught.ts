import { describeError } from '../../runtime/errors.ts';
import type { Log } from '../../runtime/log.ts';

/**
 * Rejects with the first failure that nobody caught, such as a throw in a timer: a mistake of ours, after which nothing
 * is sure any more. Each goes into the log; none ends the process before its daemon has let go of what it holds.
 */
export function uncaught(log: Log): Promise<never> {
  const first = new Promise<never>((_resolve, reject) => {
    // Promises that are rejected and never looked at come here too.
    process.on('uncaughtException', (thrown: unknown) => {
      const error = thrown instanceof Error ? thrown : new Error(describeError(thrown));
      log.error('Nobody caught a failure', { error, stack: error.stack });
      reject(error);
    });
  });
  first.catch(() => undefined); // whoever races it hears of it
  return first;
}
