export type Task = (signal: AbortSignal) => Promise<void>;

/**
 * Runs tasks side by side until all have ended. When one fails, or `signal` aborts, the others are asked to stop, and
 * the first failure is thrown once they have.
 */
export async function runTasks(tasks: readonly Task[], signal: AbortSignal): Promise<void> {
  const failure = new AbortController();
  const both = AbortSignal.any([signal, failure.signal]);
  let first: unknown;
  const running = tasks.map(async (task) => {
    try {
      await task(both);
    } catch (error) {
      if (failure.signal.aborted) return; // a consequence of the first failure, already reported
      first = error;
      failure.abort(error);
    }
  });
  await Promise.all(running);
  if (failure.signal.aborted) throw first;
}
