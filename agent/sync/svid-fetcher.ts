import { setImmediate as nextTurn } from 'node:timers/promises';
import { generateKeyPair } from '@vouchsafe/pki/keys/key-pair';
import type { KeyPair } from '@vouchsafe/pki/keys/key-pair';
import type { KeyType } from '@vouchsafe/pki/keys/key-type';
import type { Certificate } from '@vouchsafe/pki/x509/certificate';
import { createCsr } from '@vouchsafe/pki/x509/csr';
import { verifyX509Svid } from '@vouchsafe/pki/x509/verify';
import { Backoff } from '../../runtime/backoff.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { Log } from '../../runtime/log.ts';
import type { BundleCache } from '../cache/bundle-cache.ts';
import type { EntryIndex } from '../cache/entry-index.ts';
import type { RegistrationEntry } from '../cache/entry.ts';
import { WorkloadSvid } from '../cache/svid-cache.ts';
import type { SvidCache } from '../cache/svid-cache.ts';
import { mapConcurrently } from './concurrently.ts';
import { renewalTime } from './lifetime.ts';
import { planRenewals } from './renewal.ts';
import type { CsrOfEntry } from './server-client.ts';
import { Wakeup } from './wakeup.ts';

/** What SPIRE's servers take in one call. */
const MAX_BATCH = 500;
/** A new RSA key takes a quarter of a second: the first of a batch should not wait for hundreds of others. */
const MAX_RSA_BATCH = 16;
/** Keys are made and CSRs signed in the thread pool, which others use too. */
const KEYS_AT_ONCE = 4;
/** Verifying one takes a fraction of a millisecond. */
const VERIFIED_AT_ONCE = 16;
const IDLE_MS = 60_000;
/** A server that issues for seconds only is not kept busy with it. */
const MIN_IDLE_MS = 500;
const CALL_BACKOFF = { firstMs: 500, factor: 2, maxMs: 30_000, jitter: 0.25 };
const ENTRY_BACKOFF = { firstMs: 2000, factor: 2, maxMs: 60_000, jitter: 0.25 };

export interface SvidFetcherDeps {
  readonly server: {
    newX509Svids(
      requests: readonly CsrOfEntry[],
    ): Promise<readonly (readonly Certificate[] | Error)[]>;
  };
  readonly index: EntryIndex;
  readonly bundles: BundleCache;
  readonly svids: SvidCache;
  readonly keyType: KeyType;
  /** How many SVIDs are kept although nobody uses them. */
  readonly keep: number;
  readonly clock: Clock;
  readonly log: Log;
  readonly random: () => number;
}

interface Failure {
  readonly backoff: Backoff;
  retryAt: number;
}

/** Has the X509-SVIDs of workloads signed, each with a new key, when they are wanted and before they grow old. */
export class SvidFetcher {
  readonly #deps: SvidFetcherDeps;
  readonly #wakeup: Wakeup;
  readonly #maxBatch: number;
  #batch: number;
  /** Entries whose last attempt failed, though the call did not. */
  readonly #failures = new Map<string, Failure>();
  #isServerFailing = false;
  /** When the next SVID is due. */
  #nextAt: Date | undefined;
  /** Who wants to know when there is nothing left to do. */
  #waiting: (() => void)[] = [];

  constructor(deps: SvidFetcherDeps) {
    this.#deps = deps;
    this.#wakeup = new Wakeup(deps.clock);
    this.#maxBatch = deps.keyType.startsWith('rsa') ? MAX_RSA_BATCH : MAX_BATCH;
    this.#batch = this.#maxBatch;
    deps.svids.onRequest = () => {
      if (!this.#isServerFailing) this.#wakeup.wake(); // else callers would set the pace of the retries
    };
  }

  /** Looks for something to do: after each sync, which also shows that the server is there. */
  wake(): void {
    this.#wakeup.wake();
  }

  /** Resolves once every SVID that is to be signed by now is here, or was refused. */
  settled(): Promise<void> {
    if (!this.#isServerFailing) this.#wakeup.wake();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  async run(signal: AbortSignal): Promise<void> {
    const { log, random } = this.#deps;
    const backoff = new Backoff({ ...CALL_BACKOFF, random });
    const isStopped = (): boolean => signal.aborted;
    let waitMs = IDLE_MS;
    while (!isStopped()) {
      await this.#wakeup.sleep(waitMs, signal);
      try {
        while (!isStopped() && (await this.fetchNext()));
        this.#isServerFailing = false;
        backoff.reset();
        waitMs = this.#idleMs();
      } catch (error) {
        if (isStopped()) return;
        this.#isServerFailing = true;
        this.#batch = Math.max(1, Math.floor(this.#batch / 2)); // it may be the size that was too much
        waitMs = backoff.next();
        log.warn('Cannot have X509-SVIDs signed', { error, retry_ms: Math.round(waitMs) });
      }
    }
  }

  /** Fetches the most pressing SVIDs, as many as fit one call; false when there is nothing to do. @throws CallError */
  async fetchNext(): Promise<boolean> {
    const { index, svids, bundles, keep, clock } = this.#deps;
    if (bundles.own === undefined) return false;
    const now = clock.now();
    const { sign, drop, nextAt } = planRenewals(
      {
        entries: index.entries(),
        find: (id) => svids.find(id),
        isWanted: (id) => svids.isWanted(id),
        isTainted: ({ authorityKeyId }) => bundles.isX509Tainted(authorityKeyId),
        isDelayed: (id) => (this.#failures.get(id)?.retryAt ?? 0) > now.getTime(),
        keep,
      },
      now,
    );
    svids.drop(drop);
    this.#nextAt = nextAt;
    if (sign.length === 0) {
      for (const resolve of this.#waiting.splice(0)) resolve();
      return false;
    }
    await this.#fetch(sign.slice(0, this.#batch));
    this.#batch = Math.min(this.#maxBatch, this.#batch * 2);
    return true;
  }

  async #fetch(entries: readonly RegistrationEntry[]): Promise<void> {
    const { server, svids, keyType } = this.#deps;
    const requests = await mapConcurrently(entries, KEYS_AT_ONCE, async (entry) => {
      const key = await generateKeyPair(keyType);
      const csr = await createCsr({ signer: key.signer, spiffeId: entry.spiffeId });
      return { entry, key, csr };
    });
    const answers = await server.newX509Svids(
      requests.map(({ entry, csr }) => ({ entryId: entry.id, csr })),
    );
    const signed = new Map<string, WorkloadSvid>();
    for (const [i, { entry, key }] of requests.entries()) {
      if (i % VERIFIED_AT_ONCE === VERIFIED_AT_ONCE - 1) await nextTurn();
      const svid = this.#accept(entry, key, answers[i]!);
      if (svid !== undefined) signed.set(entry.id, svid);
    }
    svids.put(signed);
  }

  /** Takes an answer over, if it is what was asked for; otherwise the entry is tried again later. */
  #accept(
    entry: RegistrationEntry,
    key: KeyPair,
    answer: readonly Certificate[] | Error,
  ): WorkloadSvid | undefined {
    const { index, bundles } = this.#deps;
    try {
      if (answer instanceof Error) throw answer;
      this.#verify(entry, key, answer);
      const svid = new WorkloadSvid({
        entry,
        key,
        chain: answer,
        renewAt: this.#renewAt(answer[0]!),
      });
      // A server that still signs with a tainted authority is asked again, but not at once.
      if (bundles.isX509Tainted(svid.authorityKeyId)) this.#delay(entry);
      else this.#failures.delete(entry.id);
      return index.find(entry.id) === undefined ? undefined : svid; // withdrawn in the meantime
    } catch (error) {
      this.#delay(entry);
      const { id, spiffeId } = entry;
      this.#deps.log.warn('Cannot have an X509-SVID signed', {
        entry_id: id,
        spiffe_id: spiffeId,
        error,
      });
      return undefined;
    }
  }

  /** Clients drop a whole update for one SVID in it that is not right. */
  #verify(entry: RegistrationEntry, key: KeyPair, chain: readonly Certificate[]): void {
    const { bundles, clock } = this.#deps;
    const own = bundles.own!;
    if (Buffer.compare(chain[0]!.publicKeyInfo, key.publicKeyInfo) !== 0) {
      throw new Error('it is for another key');
    }
    const id = verifyX509Svid({
      chain,
      authorities: (of) => (of.equals(own.trustDomain) ? own.x509Certificates : undefined),
      now: clock.now(),
    });
    if (!id.equals(entry.spiffeId)) throw new Error(`it is for ${id.toString()}`);
  }

  #delay({ id }: RegistrationEntry): void {
    const { clock, random } = this.#deps;
    const backoff = this.#failures.get(id)?.backoff ?? new Backoff({ ...ENTRY_BACKOFF, random });
    this.#failures.set(id, { backoff, retryAt: clock.now().getTime() + backoff.next() });
  }

  /** Of what is left of its life: one that was issued with little is not due at once, for ever. */
  #renewAt({ notBefore, notAfter }: Certificate): Date {
    const now = this.#deps.clock.now();
    const from = notBefore > now ? notBefore : now;
    return renewalTime({ notBefore: from, notAfter }, this.#deps.random());
  }

  /**
   * Until the next is due, or the first of those that failed is to be tried again; those without an entry any more are
   * forgotten.
   */
  #idleMs(): number {
    const { index, clock } = this.#deps;
    const now = clock.now().getTime();
    const dueMs = (this.#nextAt?.getTime() ?? Infinity) - now;
    let nextMs = Math.min(IDLE_MS, Math.max(MIN_IDLE_MS, dueMs));
    for (const [id, { retryAt }] of this.#failures) {
      if (index.find(id) === undefined) this.#failures.delete(id);
      // Those whose time has come were just tried, or nobody wants them any more.
      else if (retryAt > now) nextMs = Math.min(nextMs, retryAt - now);
    }
    return nextMs;
  }
}
