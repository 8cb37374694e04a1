import type { KeyType } from '@vouchsafe/pki/keys/key-type';
import { resourceExhausted } from '../../runtime/rpc/status.ts';
import { FairQueue } from '../limits/fair-queue.ts';
import type { SigningTurn } from '../limits/signing-turn.ts';

/** A thread that has no next signature falls asleep, and to wake it costs as much as a signature on a curve takes. */
const ON_CURVES_PER_CORE = 8;
/** These take milliseconds, and the database and the file system wait behind them for the same threads. */
const OF_RSA_PER_CORE = 1;

/** How many signatures of authorities with such keys are given to the thread pool at a time. */
export function signaturesAtOnce(keyTypes: readonly KeyType[], cores: number): number {
  const hasRsa = keyTypes.some((keyType) => keyType.startsWith('rsa-'));
  return cores * (hasRsa ? OF_RSA_PER_CORE : ON_CURVES_PER_CORE);
}

/** The server itself, for its own SVID. */
const OWN_FLOW = 'server';

interface Waiter {
  readonly start: () => void;
  readonly refuse: (reason: unknown) => void;
}

/**
 * Lets a number of signatures be made at a time: more would only fill the thread pool that the database and the file
 * system need too. Callers that wait are served in turn, so that one which asks for thousands keeps nobody else waiting.
 * When `maxWaiting` wait, the one with most of them loses its place to a newcomer, or the newcomer is refused.
 */
export class SigningLimit {
  readonly #max: number;
  readonly #maxWaiting: number;
  readonly #waiting = new FairQueue<Waiter>();
  #running = 0;

  constructor(limits: { readonly max: number; readonly maxWaiting: number }) {
    this.#max = limits.max;
    this.#maxWaiting = limits.maxWaiting;
  }

  /** How many wait. */
  get waiting(): number {
    return this.#waiting.size;
  }

  async run<T>(work: () => Promise<T>, turn?: SigningTurn): Promise<T> {
    const place = this.#acquire(turn);
    if (place !== undefined) await place;
    try {
      return await work();
    } finally {
      this.#release();
    }
  }

  #acquire(turn: SigningTurn | undefined): Promise<void> | undefined {
    if (this.#running < this.#max) {
      this.#running++;
      return undefined;
    }
    const flow = turn?.flow ?? OWN_FLOW;
    this.#makeRoom(flow);
    return new Promise((resolve, reject) => {
      const waiter = { start: resolve, refuse: reject };
      this.#waiting.push(flow, waiter);
      const callOff = turn?.watch((reason) => {
        this.#waiting.remove(flow, waiter);
        waiter.refuse(reason);
      });
      if (callOff === undefined) return;
      waiter.start = () => {
        callOff();
        resolve();
      };
      waiter.refuse = (reason) => {
        callOff();
        reject(reason as Error);
      };
    });
  }

  #makeRoom(flow: string): void {
    if (this.#waiting.size < this.#maxWaiting) return;
    const refusal = resourceExhausted('too many signatures are waiting');
    const longest = this.#waiting.longest();
    if (longest === undefined) throw refusal;
    if (this.#waiting.lengthOf(longest) <= this.#waiting.lengthOf(flow) + 1) throw refusal;
    this.#waiting.takeFrom(longest)?.refuse(refusal);
  }

  /** The place goes straight to the next. */
  #release(): void {
    const next = this.#waiting.take();
    if (next === undefined) this.#running--;
    else next.start();
  }
}
