import { randomInt } from 'node:crypto';
import type { Clock } from '../../runtime/clock.ts';
import type { Log } from '../../runtime/log.ts';
import type { AgentStore } from '../datastore/datastore.ts';

const INTERVAL_MS = 60 * 60 * 1000;
/** Either way, so that servers that share a database do not all prune at once. */
const JITTER_MS = 15 * 60 * 1000;

const draw = (): number => randomInt(2 ** 32) / 2 ** 32;

export interface AgentPruningDeps {
  readonly agents: Pick<AgentStore, 'prune'>;
  /** Undefined to prune none. */
  readonly expiredForSeconds: number | undefined;
  /** Whether agents that cannot attest again by themselves are pruned too. */
  readonly withTofu: boolean;
  readonly clock: Clock;
  readonly log: Log;
  readonly random?: () => number;
}

/** Forgets agents that have been without a valid SVID for so long that they will not come back. */
export class AgentPruning {
  readonly #deps: AgentPruningDeps;

  constructor(deps: AgentPruningDeps) {
    this.#deps = deps;
  }

  async run(signal: AbortSignal): Promise<void> {
    const { expiredForSeconds, clock, log, random = draw } = this.#deps;
    while (!signal.aborted) {
      if (expiredForSeconds !== undefined) {
        await this.#prune(expiredForSeconds * 1000, signal).catch((error: unknown) => {
          log.warn('Expired agents could not be pruned', { error });
        });
      }
      await clock.delay(INTERVAL_MS + JITTER_MS * (2 * random() - 1), signal);
    }
  }

  async #prune(expiredForMs: number, signal: AbortSignal): Promise<void> {
    const { agents, clock, log, withTofu } = this.#deps;
    for (;;) {
      const before = new Date(clock.now().getTime() - expiredForMs);
      const pruned = await agents.prune({ before, withTofu });
      for (const id of pruned) log.info('Expired agent pruned', { type: 'audit', agent_id: id });
      if (pruned.length === 0 || signal.aborted) return;
    }
  }
}
