import type { Clock } from '../../runtime/clock.ts';
import type { Log } from '../../runtime/log.ts';
import type { EntryStore } from '../datastore/datastore.ts';

const INTERVAL_MS = 5 * 60 * 1000;

export interface EntryPruningDeps {
  readonly entries: Pick<EntryStore, 'prune'>;
  readonly clock: Clock;
  readonly log: Log;
}

/** Deletes registration entries that have expired. They give nothing from then on; this is to keep the lists short. */
export class EntryPruning {
  readonly #deps: EntryPruningDeps;

  constructor(deps: EntryPruningDeps) {
    this.#deps = deps;
  }

  async run(signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#deps;
    while (!signal.aborted) {
      try {
        await this.#prune(signal);
      } catch (error) {
        log.warn('Expired entries could not be pruned', { error });
      }
      await clock.delay(INTERVAL_MS, signal);
    }
  }

  async #prune(signal: AbortSignal): Promise<void> {
    const { entries, clock, log } = this.#deps;
    for (;;) {
      const pruned = await entries.prune(clock.now());
      for (const { id, spiffeId, parentId, expiresAt } of pruned) {
        const fields = { entry_id: id, spiffe_id: spiffeId, parent_id: parentId };
        log.info('Expired entry pruned', { type: 'audit', ...fields, expires_at: expiresAt });
      }
      if (pruned.length === 0 || signal.aborted) return;
    }
  }
}
