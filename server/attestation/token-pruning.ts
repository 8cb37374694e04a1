import type { Clock } from '../../runtime/clock.ts';
import type { Log } from '../../runtime/log.ts';
import type { JoinTokenStore } from '../datastore/datastore.ts';

const INTERVAL_MS = 5 * 60 * 1000;

export interface TokenPruningDeps {
  readonly tokens: Pick<JoinTokenStore, 'prune'>;
  readonly clock: Clock;
  readonly log: Log;
}

/** Forgets join tokens that can no longer be used. */
export class TokenPruning {
  readonly #deps: TokenPruningDeps;

  constructor(deps: TokenPruningDeps) {
    this.#deps = deps;
  }

  async run(signal: AbortSignal): Promise<void> {
    const { tokens, clock, log } = this.#deps;
    while (!signal.aborted) {
      try {
        const pruned = await tokens.prune(clock.now());
        if (pruned > 0) log.debug('Join tokens pruned', { count: pruned });
      } catch (error) {
        log.warn('Join tokens could not be pruned', { error }); // they are refused all the same
      }
      await clock.delay(INTERVAL_MS, signal);
    }
  }
}
