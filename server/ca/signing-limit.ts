import type { KeyType } from '@vouchsafe/pki/keys/key-type';
import { resourceExhausted } from '../../runtime/rpc/status.ts';

/** A thread that has no next signature falls asleep, and to wake it costs as much as a signature on a curve takes. */
const ON_CURVES_PER_CORE = 8;
/** These take milliseconds, and the database and the file system wait behind them for the same threads. */
const OF_RSA_PER_CORE = 1;

/** How many signatures of authorities with such keys are given to the thread pool at a time. */
export function signaturesAtOnce(keyTypes: readonly KeyType[], cores: number): number {
  const hasRsa = keyTypes.some((keyType) => keyType.startsWith('rsa-'));
  return cores * (hasRsa ? OF_RSA_PER_CORE : ON_CURVES_PER_CORE);
}

/**
 * Lets a number of signatures be made at a time: more would only fill the thread pool that the database and the file
 * system need too. Those that wait are served in order; beyond `maxWaiting` they are refused.
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
