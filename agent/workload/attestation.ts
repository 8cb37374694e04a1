import type { Selector } from '@vouchsafe/pki/selector';
import type { Clock } from '../../runtime/clock.ts';
import type { Log } from '../../runtime/log.ts';
import { unavailable } from '../../runtime/rpc/status.ts';
import { SelectorSet } from '../cache/selector-set.ts';
import type { Peer } from '../endpoints/peer-tracker.ts';

/** An attestor that takes longer has failed. Reading half a gigabyte of program from a slow disk fits. */
const TIME_LIMIT_MS = 5000;

/** Each costs a few reads of /proc; so many at once keep the thread pool busy, more would only wait inside it. */
const MAX_AT_ONCE = 64;
/** Whoever would wait longer than this queue takes is better told to come back. */
const MAX_WAITING = 4096;

/** Finds out something about a process that the process itself has no say in. */
export interface WorkloadAttestor {
  /** The type of its selectors. */
  readonly name: string;
  /** Throws when it cannot tell; what it merely may not look at is absent from its answer. */
  attest(peer: Peer): Promise<readonly Selector[]>;
}

export interface WorkloadAttestationDeps {
  readonly attestors: readonly WorkloadAttestor[];
  readonly clock: Clock;
  readonly log: Log;
}

/** Says who a caller is, by all attestors together. */
export class WorkloadAttestation {
  readonly #deps: WorkloadAttestationDeps;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(deps: WorkloadAttestationDeps) {
    this.#deps = deps;
  }

  /**
   * The caller's selectors. An attestor that fails is logged and its selectors are absent: entries ask for selectors,
   * never for their absence, so that can only take identities away.
   * @throws RpcError UNAVAILABLE when all attestors fail, the caller has gone, or too many others are waiting
   */
  async attest(peer: Peer): Promise<SelectorSet> {
    await this.#turn();
    try {
      return await this.#attest(peer);
    } finally {
      this.#running--;
      this.#waiting.shift()?.();
    }
  }

  async #turn(): Promise<void> {
    if (this.#waiting.length >= MAX_WAITING) throw unavailable('too many calls at once');
    if (this.#running >= MAX_AT_ONCE) await new Promise<void>((go) => this.#waiting.push(go));
    this.#running++;
  }

  async #attest(peer: Peer): Promise<SelectorSet> {
    const answers = await Promise.all(
      this.#deps.attestors.map((attestor) => this.#ask(attestor, peer)),
    );
    const known = answers.filter((answer) => answer !== undefined);
    if (known.length === 0) throw unavailable('workload attestation failed');
    return new SelectorSet(known.flat());
  }

  async #ask(attestor: WorkloadAttestor, peer: Peer): Promise<readonly Selector[] | undefined> {
    try {
      const selectors = await this.#inTime(attestor.attest(peer));
      // What was read after the process ended may be about another that got its PID.
      if (peer.isAlive()) return selectors;
      throw new Error('the process exited while it was attested');
    } catch (error) {
      const { pid, uid } = peer;
      this.#deps.log.warn('A workload attestor failed', {
        attestor: attestor.name,
        pid,
        uid,
        error,
      });
      return undefined;
    }
  }

  async #inTime<T>(answer: Promise<T>): Promise<T> {
    const answered = new AbortController(); // aborted with a reason: making an error for it is half of the cost
    const limit = this.#deps.clock.delay(TIME_LIMIT_MS, answered.signal).then(() => {
      throw new Error(`no answer within ${TIME_LIMIT_MS} ms`);
    });
    limit.catch(() => undefined); // also settles when the attestor was first
    try {
      return await Promise.race([answer, limit]);
    } finally {
      answered.abort('answered');
    }
  }
}
