const FIRST_MS = 500;
const FACTOR = 2;
const MAX_MS = 30_000;
/** Each delay is spread by this share both ways, so that the workloads of a node do not come back in step. */
const JITTER = 0.2;

/**
 * How long to wait before asking again, in milliseconds.
 * @param failures how many attempts in a row have failed, 1 or more
 * @param random in [0, 1)
 */
export function retryDelayMs(failures: number, random: number): number {
  const delay = Math.min(FIRST_MS * FACTOR ** (failures - 1), MAX_MS);
  return delay * (1 + JITTER * (2 * random - 1));
}
