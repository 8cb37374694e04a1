import type { RegistrationEntry } from './entry.ts';
import type { SelectorSet } from './selector-set.ts';

interface Indexed {
  readonly entry: RegistrationEntry;
  readonly selectors: readonly string[];
  readonly anchor: string;
}

/**
 * The registration entries of this agent, found by what a caller is.
 *
 * An entry matches a caller when all the entry's selectors are among the caller's. To answer that for one caller
 * without looking at every entry, each entry hangs on one of its selectors alone, its anchor. A caller has all
 * selectors of each entry that matches, the anchor among them; so looking up every selector of the caller finds each
 * matching entry, and finds it once. What hangs there without matching is the price, and the choice of the anchor keeps
 * it small: the selector that the fewest entries have. With the usual `unix:uid:1000` and `unix:path:…` in each of a
 * thousand entries, all but the first few hang on their paths, and a caller with twenty selectors costs twenty look-ups
 * and a handful of comparisons, however many entries there are.
 *
 * How many entries have a selector changes with every update, and anchors are not moved for that: an entry hung on what
 * was rare when it came stays there. That never makes an answer wrong, and a common selector cannot gather a crowd, as
 * each newcomer picks the rarest of its selectors as of then.
 */
export class EntryIndex {
  readonly #byId = new Map<string, Indexed>();
  readonly #byAnchor = new Map<string, Set<Indexed>>();
  /** How many entries have this selector. */
  readonly #uses = new Map<string, number>();
  #revision = 0;

  /** Grows with every change. */
  get revision(): number {
    return this.#revision;
  }

  get size(): number {
    return this.#byId.size;
  }

  find(id: string): RegistrationEntry | undefined {
    return this.#byId.get(id)?.entry;
  }

  /** Adds an entry, or replaces the one of the same ID. */
  put(entry: RegistrationEntry): void {
    // Without selectors it would match every caller.
    if (entry.selectors.length === 0) throw new TypeError('an entry without selectors');
    this.#unhang(entry.id);
    const selectors = [...new Set(entry.selectors.map(String))];
    for (const text of selectors) this.#uses.set(text, (this.#uses.get(text) ?? 0) + 1);
    const indexed = { entry, selectors, anchor: this.#rarest(selectors) };
    this.#byId.set(entry.id, indexed);
    const hanging = this.#byAnchor.get(indexed.anchor);
    if (hanging === undefined) this.#byAnchor.set(indexed.anchor, new Set([indexed]));
    else hanging.add(indexed);
    this.#revision++;
  }

  delete(id: string): void {
    if (this.#unhang(id)) this.#revision++;
  }

  /** The entries whose selectors are all in the set, in no particular order. */
  match(selectors: Pick<SelectorSet, 'texts' | 'has'>): RegistrationEntry[] {
    const matching: RegistrationEntry[] = [];
    for (const text of selectors.texts) {
      const hanging = this.#byAnchor.get(text);
      if (hanging === undefined) continue;
      for (const indexed of hanging) {
        if (indexed.selectors.every((own) => selectors.has(own))) matching.push(indexed.entry);
      }
    }
    return matching;
  }

  *entries(): Iterable<RegistrationEntry> {
    for (const { entry } of this.#byId.values()) yield entry;
  }

  #rarest(selectors: readonly string[]): string {
    return selectors.reduce((best, text) =>
      this.#uses.get(text)! < this.#uses.get(best)! ? text : best,
    );
  }

  #unhang(id: string): boolean {
    const indexed = this.#byId.get(id);
    if (indexed === undefined) return false;
    this.#byId.delete(id);
    const hanging = this.#byAnchor.get(indexed.anchor)!;
    hanging.delete(indexed);
    if (hanging.size === 0) this.#byAnchor.delete(indexed.anchor);
    for (const text of indexed.selectors) {
      const uses = this.#uses.get(text)! - 1;
      if (uses === 0) this.#uses.delete(text);
      else this.#uses.set(text, uses);
    }
    return true;
  }
}
