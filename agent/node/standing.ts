import type { Log } from '../../runtime/log.ts';
import { AgentError } from '../errors.ts';
import { expiresAt } from './agent-svid.ts';
import type { AgentSvid } from './agent-svid.ts';
import type { AttestOptions, AttestationStore } from './attestation.ts';
import { consequenceOf } from './denial.ts';

export interface StandingDeps {
  readonly store: AttestationStore;
  readonly attestation: { attest(options: AttestOptions): Promise<AgentSvid> };
  /** Told of each new SVID, once it is stored. */
  readonly onAttested: () => void;
  readonly clock: { now(): Date };
  readonly log: Log;
}

/** What this agent is to its server: whether it has an SVID that counts, and what becomes of it when it does not. */
export class Standing {
  readonly #deps: StandingDeps;
  #underWay: Promise<void> | undefined;

  constructor(deps: StandingDeps) {
    this.#deps = deps;
  }

  /** Whether the server should know this agent by its SVID. */
  get isAttested(): boolean {
    const { store, clock } = this.#deps;
    return store.state.svid !== undefined && expiresAt(store.state.svid) > clock.now();
  }

  /** Draws the consequence of a failed call. @throws AgentError when it is the end */
  async judge(error: unknown, signal: AbortSignal): Promise<void> {
    const consequence = consequenceOf(error);
    if (consequence === 'stop') throw new AgentError('AGENT_BANNED', { cause: error });
    if (consequence === 'reattest') await this.reattest(error, signal);
  }

  /** Attests anew, once for all who ask at the same time. @throws AgentError when that is not possible */
  reattest(cause: unknown, signal: AbortSignal): Promise<void> {
    this.#underWay ??= this.#reattest(cause, signal).finally(() => {
      this.#underWay = undefined;
    });
    return this.#underWay;
  }

  async #reattest(cause: unknown, signal: AbortSignal): Promise<void> {
    const { attestation, onAttested, log } = this.#deps;
    log.warn('Attesting again', { error: cause });
    try {
      await attestation.attest({ signal });
    } catch (error) {
      throw signal.aborted ? error : this.#explain(error);
    }
    onAttested();
  }

  /** That a token is missing or spent is a consequence: what happened to the agent is that it lost its SVID. */
  #explain(error: unknown): unknown {
    const isTokenMissing =
      error instanceof AgentError &&
      (error.code === 'AGENT_JOIN_TOKEN_MISSING' || error.code === 'AGENT_ATTESTATION_DENIED');
    if (!isTokenMissing) return error;
    const code = this.isAttested ? 'AGENT_MUST_REATTEST' : 'AGENT_SVID_EXPIRED';
    return new AgentError(code, { cause: error });
  }
}
