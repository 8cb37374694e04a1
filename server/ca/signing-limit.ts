import { resourceExhausted } from '../../runtime/rpc/status.ts';

/**
 * Lets a number of signatures be made at a time, as many as there are cores: more would only fill the thread pool that
 * the database and the file system need too. Those that wait are served in order; beyond `maxWaiting` they are refused.
 */
export class SigningLimit {
  readonly #max: number;
  readonly #maxWaiting: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(limits: { readonly max: number; readonly maxWaiting: number }) {
    this.#max = limits.max;
    this.#maxWaiting = limits.maxWaiting;
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#acquire();
    if (turn !== undefined) await turn;
    try {
      return await work();
    } finally {
      this.#release();
    }
  }

  #acquire(): Promise<void> | undefined {
    if (this.#running < this.#max) {
      this.#running++;
      return undefined;
    }
    if (this.#waiting.length >= this.#maxWaiting) {
      throw resourceExhausted('too many signatures are waiting');
    }
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** The place goes straight to the one who waits longest. */
  #release(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#running--;
    else next();
  }
}
