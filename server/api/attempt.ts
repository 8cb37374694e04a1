/** The refusal of one item of a batch is its result, and not that of the others. */
export function attempt<T>(work: () => T): T | Error {
  try {
    return work();
  } catch (error) {
    return error as Error;
  }
}
