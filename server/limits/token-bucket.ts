/**
 * So many a second, and as many at once after a pause: what SPIRE limits calls with. Who comes too early is told how long
 * to wait, and has its place in the row by that.
 */
export class TokenBucket {
  readonly #perSecond: number;
  /** Below zero is what those who wait have taken ahead. */
  #tokens: number;
  #at: number;

  constructor(perSecond: number, now: Date) {
    this.#perSecond = perSecond;
    this.#tokens = perSecond;
    this.#at = now.getTime();
  }

  /** Takes tokens; the milliseconds until they are there. Undefined, and nothing taken, when those are over `maxWaitMs`. */
  take(count: number, now: Date, maxWaitMs: number): number | undefined {
    this.#refill(now.getTime());
    const left = this.#tokens - count;
    const waitMs = left >= 0 ? 0 : Math.ceil((-left / this.#perSecond) * 1000);
    if (waitMs > maxWaitMs) return undefined;
    this.#tokens = left;
    return waitMs;
  }

  /** Puts back what somebody took who no longer waits. */
  giveBack(count: number): void {
    this.#tokens = Math.min(this.#perSecond, this.#tokens + count);
  }

  /** A clock that was set back gives nothing, and what it gives from there counts. */
  #refill(now: number): void {
    const seconds = Math.max(0, now - this.#at) / 1000;
    this.#at = now;
    this.#tokens = Math.min(this.#perSecond, this.#tokens + seconds * this.#perSecond);
  }
}
