/** Time as the daemons see it, so that tests can hold it still. */
export interface Clock {
  now(): Date;
  /** Resolves after `ms`, or at once, and quietly, when `signal` aborts. */
  delay(ms: number, signal: AbortSignal): Promise<void>;
}

/** Node's timers hold 31 bits; a longer wait is made of several. */
const LONGEST_TIMER_MS = 2_147_483_647;

export const systemClock: Clock = {
  now: () => new Date(),
  delay: (ms, signal) =>
    new Promise((resolve) => {
      if (signal.aborted) {
        resolve();
        return;
      }
      const end = performance.now() + ms;
      let timer: NodeJS.Timeout;
      const stop = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', stop);
        resolve();
      };
      const arm = (): void => {
        const left = end - performance.now();
        if (left <= 0) stop();
        else timer = setTimeout(arm, Math.min(Math.ceil(left), LONGEST_TIMER_MS));
      };
      signal.addEventListener('abort', stop, { once: true });
      arm();
    }),
};
