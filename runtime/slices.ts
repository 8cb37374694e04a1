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

/** Items of some tenth of a millisecond each that are done in one turn. */
const PER_TURN = 50;

/** What becomes of each item, in order; of many items, with turns of the event loop in between. */
export async function mapInTurns<T, R>(
  items: readonly T[],
  work: (item: T, index: number) => R,
): Promise<R[]> {
  const results: R[] = [];
  for (const [index, item] of items.entries()) {
    if (index > 0 && index % PER_TURN === 0) await nextTurn();
    results.push(work(item, index));
  }
  return results;
}
