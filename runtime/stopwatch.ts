/** Starts a stopwatch; it says how many seconds it has run, whatever is done to the time of day. */
export function startStopwatch(): () => number {
  const startedAt = performance.now();
  return () => (performance.now() - startedAt) / 1000;
}
