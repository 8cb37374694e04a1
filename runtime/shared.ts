/** Values that many have, each kept once; of more than `max` different ones it knows the newest. */
export class Shared<T> {
  readonly #max: number;
  #known = new Map<string, T>();

  constructor(max: number) {
    this.#max = max;
  }

  /** The value that was first made for this key. */
  of(key: string, make: () => T): T {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    if (this.#known.size >= this.#max) this.#known = new Map();
    const made = make();
    this.#known.set(key, made);
    return made;
  }
}
