import type { Clock } from '../../runtime/clock.ts';

/** Lets a loop sleep until there is something to do. What happens while it is busy is not lost. */
export class Wakeup {
  readonly #clock: Clock;
  #isDue = false;
  #interrupt: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Ends the sleep, or the next one before it begins. */
  wake(): void {
    this.#isDue = true;
    this.#interrupt?.();
  }

  /** Resolves when woken, after `ms`, or when the signal aborts. */
  async sleep(ms: number, signal: AbortSignal): Promise<void> {
    if (!this.#isDue) {
      const woken = new AbortController();
      const stop = (): void => woken.abort();
      signal.addEventListener('abort', stop);
      if (signal.aborted) stop();
      this.#interrupt = stop;
      await this.#clock.delay(ms, woken.signal);
      this.#interrupt = undefined;
      signal.removeEventListener('abort', stop);
    }
    this.#isDue = false;
  }
}
