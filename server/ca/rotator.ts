import type { TrustDomain } from '@vouchsafe/pki/trust-domain';
import type { Clock } from '../../runtime/clock.ts';
import type { Log } from '../../runtime/log.ts';
import type { BundleStore } from '../datastore/datastore.ts';

/** However far the next step is, the clock is looked at this often: it may be set. */
const MAX_WAIT_MS = 10_000;
const MIN_WAIT_MS = 100;
/** Verifiers may still hold what an authority signed just before its end. */
const PRUNE_AFTER_MS = 24 * 60 * 60 * 1000;

interface Succession {
  readonly nextStepAt: Date | undefined;
  rotate(): Promise<void>;
}

export interface RotatorDeps {
  readonly trustDomain: TrustDomain;
  /** X.509 first: without it the server can serve nobody. */
  readonly successions: readonly Succession[];
  readonly bundles: BundleStore;
  readonly clock: Clock;
  readonly log: Log;
}

/** Keeps the authorities in succession and the trust bundle free of long expired ones. */
export class Rotator {
  readonly #deps: RotatorDeps;

  constructor(deps: RotatorDeps) {
    this.#deps = deps;
  }

  /** Takes every step that is due now; when one fails it takes the others all the same, and then fails. */
  async rotate(): Promise<void> {
    const { successions } = this.#deps;
    const failures: unknown[] = [];
    for (const task of [...successions.map((kind) => () => kind.rotate()), () => this.#prune()]) {
      await task().catch((error: unknown) => failures.push(error));
    }
    if (failures.length > 0) throw failures[0];
  }

  async run(signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#deps;
    for (;;) {
      await clock.delay(this.#waitMs(), signal);
      if (signal.aborted) return;
      try {
        await this.rotate();
      } catch (error) {
        // The present authority still signs; the step is tried again until it has expired.
        log.error('Authority rotation failed', { error });
        await clock.delay(MAX_WAIT_MS, signal);
      }
    }
  }

  async #prune(): Promise<void> {
    const { bundles, clock, trustDomain } = this.#deps;
    const expiredBefore = new Date(clock.now().getTime() - PRUNE_AFTER_MS);
    await bundles.update(trustDomain, (bundle) => bundle.prune(expiredBefore));
  }

  #waitMs(): number {
    const now = this.#deps.clock.now().getTime();
    const steps = this.#deps.successions.map(({ nextStepAt }) => nextStepAt?.getTime() ?? now);
    return Math.max(MIN_WAIT_MS, Math.min(...steps.map((at) => at - now), MAX_WAIT_MS));
  }
}
