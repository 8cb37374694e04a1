import { setImmediate as nextTurn } from 'node:timers/promises';

/** Long work in steps of a millisecond or few: each `yield` is a place where others may have their turn. */
export type Sliced<T> = Generator<undefined, T, undefined>;

/** Does the work with turns of the event loop between its steps. */
export async function inSlices<T>(work: Sliced<T>): Promise<T> {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
    await nextTurn();
  }
}
