import type { Clock } from '../../runtime/clock.ts';

/** Whether the agent knows yet what it may serve. */
export class Readiness {
  readonly #clock: Clock;
  readonly #reached = new AbortController();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get isReady(): boolean {
    return this.#reached.signal.aborted;
  }

  /** Once ready, for good: what is known stays known when the server is away. */
  reach(): void {
    this.#reached.abort();
  }

  /** Waits for at most `ms`; answers whether it is ready then. */
  async wait(ms: number, signal: AbortSignal): Promise<boolean> {
    if (this.isReady) return true;
    const either = AbortSignal.any([signal, this.#reached.signal]);
    await this.#clock.delay(ms, either);
    return this.isReady;
  }
}
