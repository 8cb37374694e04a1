import { systemClock } from '../../runtime/clock.ts';
import { CliError } from '../errors.ts';

/**
 * The first message of a stream that would go on.
 * @throws CliError CLI_CALL_FAILED when none has come in time
 */
export async function firstMessage<T>(
  open: (signal: AbortSignal) => AsyncIterable<T>,
  timeoutSeconds: number,
): Promise<T> {
  const stop = new AbortController();
  const late = systemClock.delay(timeoutSeconds * 1000, stop.signal).then(() => stop.abort());
  try {
    for await (const message of open(stop.signal)) return message;
  } finally {
    stop.abort();
    await late;
  }
  throw new CliError('CLI_CALL_FAILED', `the agent has sent nothing in ${timeoutSeconds} s`);
}
