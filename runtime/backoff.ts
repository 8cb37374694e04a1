export interface BackoffOptions {
  readonly firstMs: number;
  readonly factor: number;
  readonly maxMs: number;
  /** Each delay is spread by this share both ways, so that a fleet does not come back in step. */
  readonly jitter: number;
  /** In [0, 1). */
  readonly random: () => number;
}

/** Growing, bounded, jittered delays between attempts. */
export class Backoff {
  readonly #options: BackoffOptions;
  #nextMs: number;

  constructor(options: BackoffOptions) {
    this.#options = options;
    this.#nextMs = options.firstMs;
  }

  /** The delay before the next attempt, in milliseconds. */
  next(): number {
    const { factor, maxMs, jitter, random } = this.#options;
    const delay = this.#nextMs * (1 + jitter * (2 * random() - 1));
    this.#nextMs = Math.min(this.#nextMs * factor, maxMs);
    return delay;
  }

  /** After a success the next failure starts small again. */
  reset(): void {
    this.#nextMs = this.#options.firstMs;
  }
}
