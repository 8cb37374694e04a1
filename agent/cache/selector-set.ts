import type { Selector } from '@vouchsafe/pki/selector';

/** What attestation found out about a caller. */
export class SelectorSet {
  /** The selectors' texts, each once, sorted. */
  readonly texts: readonly string[];
  /** Equal for equal sets. */
  readonly key: string;
  readonly #texts: ReadonlySet<string>;

  constructor(selectors: Iterable<Selector>) {
    this.#texts = new Set(Array.from(selectors, String));
    this.texts = [...this.#texts].sort();
    // Workloads choose parts of some selectors (labels, paths): a separator that one may contain would let it forge a key.
    this.key = JSON.stringify(this.texts);
  }

  has(text: string): boolean {
    return this.#texts.has(text);
  }
}
