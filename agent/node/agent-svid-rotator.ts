import { generateKeyPair } from '@vouchsafe/pki/keys/key-pair';
import type { Certificate } from '@vouchsafe/pki/x509/certificate';
import { createCsr } from '@vouchsafe/pki/x509/csr';
import { Backoff } from '../../runtime/backoff.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { Log } from '../../runtime/log.ts';
import { AgentError } from '../errors.ts';
import { renewalTime } from '../sync/lifetime.ts';
import { Wakeup } from '../sync/wakeup.ts';
import { expiresAt, joinAgentSvid } from './agent-svid.ts';
import type { AgentSvid } from './agent-svid.ts';
import type { AttestationStore } from './attestation.ts';

/** Often enough to notice that the clock was set, or the machine slept. */
const CHECK_MS = 5000;
/** A server that still signs with the tainted authority is not asked again at every check. */
const TAINT_MS = 60_000;
const RETRY = { firstMs: 5000, factor: 1.5, maxMs: 60_000, jitter: 0.1 };
/** However little time is left, this is waited before the next attempt. */
const MIN_RETRY_MS = 1000;

export interface AgentSvidRotatorDeps {
  readonly store: AttestationStore;
  readonly server: { renewAgent(csr: Uint8Array): Promise<readonly Certificate[]> };
  readonly standing: {
    reattest(cause: unknown, signal: AbortSignal): Promise<void>;
    judge(error: unknown, signal: AbortSignal): Promise<void>;
  };
  /** Whether what signed this SVID is about to be revoked, or has been. */
  readonly isTainted: (svid: AgentSvid) => boolean;
  /** Told of each new SVID, once it is stored. */
  readonly onRenewed: () => void;
  readonly clock: Clock;
  readonly log: Log;
  readonly random: () => number;
}

/**
 * Keeps the agent's own SVID fresh. The server honours the old one until the new one is first used, so a crash at any
 * moment leaves one that works; and the key is on disk before the server signs it.
 */
export class AgentSvidRotator {
  readonly #deps: AgentSvidRotatorDeps;
  readonly #wakeup: Wakeup;
  #renewedAt = 0;

  constructor(deps: AgentSvidRotatorDeps) {
    this.#deps = deps;
    this.#wakeup = new Wakeup(deps.clock);
  }

  /** The server answers again: a renewal that is due does not wait for the end of its delay. */
  wake(): void {
    this.#wakeup.wake();
  }

  /** @throws AgentError when the agent's standing with the server cannot be kept */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, random } = this.#deps;
    const backoff = new Backoff({ ...RETRY, random });
    let due = this.#schedule();
    const isStopped = (): boolean => signal.aborted;
    while (!isStopped()) {
      let waitMs = CHECK_MS;
      try {
        if (this.#isDue(due)) {
          await this.#renew(signal);
          backoff.reset();
          due = this.#schedule();
          this.#renewedAt = clock.now().getTime();
        }
      } catch (error) {
        if (isStopped()) return;
        waitMs = Math.min(backoff.next(), this.#longestRetryMs());
        this.#report(error, waitMs);
        await this.#cope(error, signal);
      }
      await this.#wakeup.sleep(waitMs, signal);
    }
  }

  /** Leaves room for several attempts in what is left of the SVID: without it, a node needs a new join token. */
  #longestRetryMs(): number {
    const leftMs = expiresAt(this.#current()).getTime() - this.#deps.clock.now().getTime();
    return Math.max(leftMs / 4, MIN_RETRY_MS);
  }

  #report(error: unknown, retryMs: number): void {
    const { svid } = this.#deps.store.state;
    this.#deps.log.warn('Cannot renew the SVID of this agent', {
      error,
      retry_ms: Math.round(retryMs),
      expires_at: svid && expiresAt(svid),
    });
  }

  #schedule(): Date {
    const { store, random } = this.#deps;
    const [leaf] = store.state.svid?.chain ?? [];
    return leaf === undefined ? new Date(0) : renewalTime(leaf, random());
  }

  #isDue(at: Date): boolean {
    const { store, clock, isTainted } = this.#deps;
    const now = clock.now().getTime();
    if (now >= at.getTime() || store.state.svid === undefined) return true;
    return now - this.#renewedAt >= TAINT_MS && isTainted(store.state.svid);
  }

  async #renew(signal: AbortSignal): Promise<void> {
    const { store, server, log, onRenewed, standing } = this.#deps;
    const current = this.#current();
    if (current.reattestable) {
      await standing.reattest(undefined, signal);
      return;
    }
    const key = store.state.pendingKey ?? (await generateKeyPair('ec-p256'));
    await store.update({ pendingKey: key });
    const chain = await server.renewAgent(await createCsr({ signer: key.signer }));
    const svid = joinAgentSvid({ chain, key, reattestable: false });
    if (svid?.spiffeId.equals(current.spiffeId) !== true) {
      throw new AgentError('AGENT_SERVER_FAILED', { detail: 'it renewed another SVID than asked' });
    }
    await store.update({ svid, pendingKey: undefined });
    onRenewed();
    log.info('Renewed the SVID of this agent', { expires_at: expiresAt(svid) });
  }

  #current(): AgentSvid {
    const { svid } = this.#deps.store.state;
    if (svid === undefined) throw new TypeError('an agent without an SVID');
    return svid;
  }

  /** After a refusal that renewing again cannot mend, or once the SVID is worth nothing any more. */
  async #cope(error: unknown, signal: AbortSignal): Promise<void> {
    const { standing, clock } = this.#deps;
    await standing.judge(error, signal);
    if (expiresAt(this.#current()) <= clock.now()) await standing.reattest(error, signal);
  }
}
