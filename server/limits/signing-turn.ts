import type { Clock } from '../../runtime/clock.ts';
import { resourceExhausted } from '../../runtime/rpc/status.ts';

/** An answer takes its time to the caller, who gives up at the deadline itself. */
const MARGIN_MS = 100;

export interface SigningCaller {
  /** Who shares a turn: an agent, or the source of those who are not known yet. */
  readonly flow: string;
  readonly signal: AbortSignal;
  /** Until when the caller waits; undefined for ever. */
  readonly deadline: Date | undefined;
  /** What stands before the reason when it has waited in vain. */
  readonly refusal: string;
}

type GiveUp = (reason: unknown) => void;

/** What one call waits to have signed: all of it is given up when the caller has gone or can wait no longer. */
export class SigningTurn {
  readonly #caller: SigningCaller;
  readonly #clock: Clock;
  readonly #waiting = new Set<GiveUp>();
  #watching: AbortController | undefined;
  #over: { readonly reason: unknown } | undefined;

  constructor(caller: SigningCaller, clock: Clock) {
    this.#caller = caller;
    this.#clock = clock;
  }

  get flow(): string {
    return this.#caller.flow;
  }

  /** @throws what it was given up for */
  check(): void {
    if (this.#over !== undefined) throw this.#over.reason;
  }

  /** Has `giveUp` called if the call is over first; returns how to call that off. */
  watch(giveUp: GiveUp): () => void {
    this.#waiting.add(giveUp);
    if (this.#watching === undefined) this.#start();
    return () => {
      this.#waiting.delete(giveUp);
      if (this.#waiting.size === 0) this.#stop();
    };
  }

  #start(): void {
    const { signal, deadline, refusal } = this.#caller;
    const watching = new AbortController();
    this.#watching = watching;
    const gone = (): void => this.#end(signal.reason);
    signal.addEventListener('abort', gone, { once: true, signal: watching.signal });
    if (signal.aborted) gone();
    if (deadline === undefined) return;
    const leftMs = deadline.getTime() - this.#clock.now().getTime() - MARGIN_MS;
    void this.#clock.delay(Math.max(0, leftMs), watching.signal).then(() => {
      if (watching.signal.aborted) return;
      this.#end(resourceExhausted(`${refusal}: rate: Wait(n=1) would exceed context deadline`));
    });
  }

  #end(reason: unknown): void {
    this.#stop();
    this.#over = { reason };
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const giveUp of waiting) giveUp(reason);
  }

  #stop(): void {
    this.#watching?.abort();
    this.#watching = undefined;
  }
}
