import type { Clock } from '../../runtime/clock.ts';
import { resourceExhausted } from '../../runtime/rpc/status.ts';
import { TokenBucket } from './token-bucket.ts';

/** Buckets that nobody asked for in so long are full again, and need not be kept. */
const GENERATION_MS = 60_000;
/** Beyond these the older ones go early: who has so many addresses gains nothing by a bucket anew. */
const MAX_PER_GENERATION = 10_000;
/** Who sets no deadline is not kept for longer. */
const LONGEST_WAIT_MS = 60_000;

export interface Request {
  readonly count: number;
  readonly signal: AbortSignal;
  /** Until when the caller waits; undefined for ever. */
  readonly deadline: Date | undefined;
}

/** So many a second for each key: those beyond it wait for as long as their caller does. */
export class RateLimit {
  readonly #perSecond: number;
  readonly #clock: Clock;
  #current = new Map<string, TokenBucket>();
  #previous = new Map<string, TokenBucket>();
  #turnedAt: number;

  constructor(perSecond: number, clock: Clock) {
    this.#perSecond = perSecond;
    this.#clock = clock;
    this.#turnedAt = clock.now().getTime();
  }

  /** How many keys it remembers. */
  get size(): number {
    return this.#current.size + this.#previous.size;
  }

  /**
   * Resolves when the key may go on, or at once when the signal aborts.
   * @throws RpcError RESOURCE_EXHAUSTED at once when that would be after the deadline, in the words of SPIRE's limiter
   */
  async wait(key: string, { count, signal, deadline }: Request): Promise<void> {
    if (count > this.#perSecond) {
      throw resourceExhausted(`rate (${count}) exceeds burst size (${this.#perSecond})`);
    }
    const now = this.#clock.now();
    const leftMs = deadline === undefined ? Infinity : deadline.getTime() - now.getTime();
    const bucket = this.#bucketOf(key, now);
    const waitMs = bucket.take(count, now, Math.min(leftMs, LONGEST_WAIT_MS));
    if (waitMs === undefined) {
      throw resourceExhausted(`rate: Wait(n=${count}) would exceed context deadline`);
    }
    if (waitMs === 0) return;
    await this.#clock.delay(waitMs, signal);
    if (signal.aborted) bucket.giveBack(count);
  }

  #bucketOf(key: string, now: Date): TokenBucket {
    const known = this.#current.get(key) ?? this.#previous.get(key);
    const age = Math.abs(now.getTime() - this.#turnedAt);
    if (age >= GENERATION_MS || this.#current.size >= MAX_PER_GENERATION) {
      this.#previous = this.#current;
      this.#current = new Map();
      this.#turnedAt = now.getTime();
    }
    const bucket = known ?? new TokenBucket(this.#perSecond, now);
    this.#current.set(key, bucket);
    this.#previous.delete(key);
    return bucket;
  }
}
