import type { Selector } from '@vouchsafe/pki/selector';

/** What attestation found out about a caller. */
export class SelectorSet {
  readonly #texts: ReadonlySet<string>;

  constructor(selectors: Iterable<Selector>) {
    this.#texts = new Set(Array.from(selectors, String));
  }

  /** The selectors' texts, each once. */
  get texts(): Iterable<string> {
    return this.#texts;
  }

  has(text: string): boolean {
    return this.#texts.has(text);
  }
}
