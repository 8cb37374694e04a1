import type { Clock } from '../../runtime/clock.ts';

interface Waiter {
  readonly at: number;
  readonly resolve: () => void;
}

/** A clock that moves only when told to, and can tell when somebody waits for it. */
export class FakeClock implements Clock {
  #now: number;
  #waiters: Waiter[] = [];
  #watchers: (() => void)[] = [];

  constructor(start = new Date('2026-01-01T00:00:00Z')) {
    this.#now = start.getTime();
  }

  now(): Date {
    return new Date(this.#now);
  }

  delay(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal.aborted) {
        resolve();
        return;
      }
      this.#waiters.push({ at: this.#now + ms, resolve });
      const stop = (): void => {
        this.#waiters = this.#waiters.filter((waiter) => waiter.resolve !== resolve);
        resolve();
      };
      signal.addEventListener('abort', stop, { once: true });
      for (const watcher of this.#watchers.splice(0)) watcher();
    });
  }

  /** Moves time forward and wakes everybody whose wait is over, in the order they wait for. */
  advance(ms: number): void {
    this.#now += ms;
    const due = this.#waiters.filter((waiter) => waiter.at <= this.#now);
    this.#waiters = this.#waiters.filter((waiter) => waiter.at > this.#now);
    for (const waiter of due.sort((a, b) => a.at - b.at)) waiter.resolve();
  }

  /** Sets the clock, forward or back, as an operator or NTP does: waits under way take no notice. */
  jump(ms: number): void {
    this.#now += ms;
    this.#waiters = this.#waiters.map(({ at, resolve }) => ({ at: at + ms, resolve }));
  }

  /** The waits under way, in milliseconds from now. */
  get waits(): readonly number[] {
    return this.#waiters.map((waiter) => waiter.at - this.#now);
  }

  /** Resolves once at least `count` delays are being waited for. */
  async waiting(count = 1): Promise<void> {
    while (this.#waiters.length < count) {
      await new Promise<void>((resolve) => this.#watchers.push(resolve));
    }
  }
}
