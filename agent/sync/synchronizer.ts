import { setImmediate as nextTurn } from 'node:timers/promises';
import type { TrustBundle } from '@vouchsafe/pki/bundle/trust-bundle';
import { TrustDomain } from '@vouchsafe/pki/trust-domain';
import { Backoff } from '../../runtime/backoff.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { Log } from '../../runtime/log.ts';
import type { BundleCache } from '../cache/bundle-cache.ts';
import type { EntryIndex } from '../cache/entry-index.ts';
import type { RegistrationEntry } from '../cache/entry.ts';
import type { SvidCache } from '../cache/svid-cache.ts';
import { consequenceOf } from '../node/denial.ts';
import { mapConcurrently } from './concurrently.ts';
import { versionOf } from './entry-sync.ts';
import type { AttributesById } from './attribute-fetcher.ts';
import type { AuthorizedEntries, EntryVersion, FetchedEntries, IsKnown } from './entry-sync.ts';
import { parseEntry } from './messages.ts';
import { isHeartbeat } from './update.ts';
import type { Update } from './update.ts';
import { Wakeup } from './wakeup.ts';

/** After an outage, everybody is back within this. */
const MAX_BACKOFF_MS = 30_000;
const BACKOFF = { factor: 1.5, maxMs: MAX_BACKOFF_MS, jitter: 0.25 };
/** A fleet that was started together does not stay in step. */
const INTERVAL_JITTER = 0.1;
/** While the server tells of changes, this often all the same: what it should have told and did not is not lost. */
export const TOLD_INTERVAL_MS = 60_000;
const FEDERATED_AT_ONCE = 10;
/** Parsing and indexing so many entries takes a few milliseconds. */
const ENTRIES_AT_ONCE = 250;

const NOTHING: FetchedEntries = { messages: [], attributes: new Map() };

export interface SyncServer {
  fetchEntries(isKnown: IsKnown): Promise<AuthorizedEntries>;
  fetchTheseEntries(ids: readonly string[]): Promise<FetchedEntries>;
  fetchAttributes(ids: readonly string[]): Promise<AttributesById>;
  fetchBundle(trustDomain: TrustDomain, previous?: TrustBundle): Promise<TrustBundle>;
  fetchFederatedBundle(
    trustDomain: TrustDomain,
    previous?: TrustBundle,
  ): Promise<TrustBundle | undefined>;
}

export interface SynchronizerDeps {
  readonly trustDomain: TrustDomain;
  readonly server: SyncServer;
  readonly index: EntryIndex;
  readonly bundles: BundleCache;
  readonly svids: SvidCache;
  /** Told of each bundle of the own trust domain that is new. */
  readonly onBundle: (bundle: TrustBundle) => Promise<void>;
  /** Told after each sync. */
  readonly onSynced: () => void;
  /** Told after the first sync that succeeds again. */
  readonly onRecovered: () => void;
  readonly standing: { judge(error: unknown, signal: AbortSignal): Promise<void> };
  readonly intervalMs: number;
  readonly clock: Clock;
  readonly log: Log;
  readonly random: () => number;
}

/** Keeps what this agent knows of entries and bundles as the server has it. */
export class Synchronizer {
  readonly #deps: SynchronizerDeps;
  readonly #wakeup: Wakeup;
  #isFailing = false;
  #syncedAt = 0;
  /** One at a time: an answer that was fetched before another must not be applied after it. */
  #last: Promise<unknown> = Promise.resolve();
  /** Whether the server tells of changes, so that there is less need to ask. */
  isTold = false;
  /** Entries that no agent can serve, which are not asked for and reported at every sync. */
  #rejected = new Map<string, EntryVersion>();

  constructor(deps: SynchronizerDeps) {
    this.#deps = deps;
    this.#wakeup = new Wakeup(deps.clock);
  }

  get intervalMs(): number {
    return this.#deps.intervalMs;
  }

  /** Syncs at once instead of at the next interval. */
  wake(): void {
    this.#syncedAt = 0;
    this.#wakeup.wake();
  }

  /** Syncs again and again, the first time after `delayMs`. */
  async run(signal: AbortSignal, delayMs = 0): Promise<void> {
    const { intervalMs, log, random, standing } = this.#deps;
    const backoff = new Backoff({ ...BACKOFF, firstMs: intervalMs, random });
    const spread = (): number => intervalMs * (1 + INTERVAL_JITTER * (2 * random() - 1));
    let waitMs = delayMs;
    const isStopped = (): boolean => signal.aborted;
    while (!isStopped()) {
      await this.#wakeup.sleep(waitMs, signal);
      if (isStopped()) return;
      if (this.#isCurrent()) {
        waitMs = spread();
        continue;
      }
      try {
        await this.sync();
        backoff.reset();
        waitMs = spread();
      } catch (error) {
        if (isStopped()) return;
        waitMs = backoff.next();
        log.warn('Cannot synchronize with the server', { error, retry_ms: Math.round(waitMs) });
        await standing.judge(error, signal);
      }
    }
  }

  /** Whether what the server tells is enough for now. */
  #isCurrent(): boolean {
    const age = this.#deps.clock.now().getTime() - this.#syncedAt;
    return this.isTold && age >= 0 && age < TOLD_INTERVAL_MS;
  }

  /** @throws CallError, AgentError; the caches are then as they were, or partly newer */
  async sync(): Promise<void> {
    try {
      await this.#inTurn(() => this.#sync());
    } catch (error) {
      this.#isFailing = true;
      throw error;
    }
    this.#syncedAt = this.#deps.clock.now().getTime();
    if (!this.#isFailing) return;
    this.#isFailing = false;
    this.#deps.log.info('Synchronizing with the server again');
    this.#deps.onRecovered();
  }

  /** Fetches what the server says has changed. @throws CallError, AgentError; it is then to be told again */
  async apply(update: Update): Promise<void> {
    if (update.isResync || this.#deps.bundles.own === undefined) await this.sync();
    else if (!isHeartbeat(update)) await this.#inTurn(() => this.#apply(update));
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => undefined);
    return done;
  }

  async #apply({ changed: wanted, gone, bundles: changedBundles }: Update): Promise<void> {
    const { server, trustDomain, bundles, onBundle, onSynced } = this.#deps;
    const fetched = wanted.size === 0 ? NOTHING : await server.fetchTheseEntries([...wanted]);
    const changed = await this.#parse(fetched);
    const found = new Set(fetched.messages.map(({ id }) => id));
    const stays = (id: string): boolean => !gone.has(id) && (found.has(id) || !wanted.has(id));
    const ids = { has: stays };
    const isOwn = changedBundles.has(trustDomain.name);
    const own = isOwn ? await this.#fetchOwn() : bundles.own!;
    const federated = new Map<string, TrustBundle>();
    const missing: TrustDomain[] = [];
    for (const other of this.#federatedWith(ids, changed)) {
      const known = changedBundles.has(other.name) ? undefined : bundles.federated(other);
      if (known === undefined) missing.push(other);
      else federated.set(other.name, known);
    }
    for (const [name, bundle] of await this.#fetchFederated(missing)) federated.set(name, bundle);
    if (own !== bundles.own) await onBundle(own);
    await this.#take({ ids, changed, own, federated });
    onSynced();
  }

  async #fetchOwn(): Promise<TrustBundle> {
    const { server, trustDomain, bundles } = this.#deps;
    const own = await server.fetchBundle(trustDomain, bundles.own);
    if (own.x509Authorities.length === 0) throw new TypeError('the trust bundle is empty');
    return own;
  }

  async #sync(): Promise<void> {
    const { server, bundles, onBundle, onSynced } = this.#deps;
    const authorized = await server.fetchEntries((version) => this.#isKnown(version));
    const messages = authorized.changed;
    const attributes =
      messages.length === 0
        ? new Map()
        : await server.fetchAttributes(messages.map(({ id }) => id));
    const changed = await this.#parse({ messages, attributes });
    const own = await this.#fetchOwn();
    const federated = await this.#fetchFederated(this.#federatedWith(authorized.ids, changed));
    if (own !== bundles.own) await onBundle(own);
    await this.#take({ ids: authorized.ids, changed, own, federated });
    onSynced();
  }

  #isKnown(version: EntryVersion): boolean {
    const known = this.#deps.index.find(version.id) ?? this.#rejected.get(version.id);
    if (known?.revision !== version.revision) return false;
    return version.createdAt === 0 || version.createdAt === known.createdAt;
  }

  async #parse({ messages, attributes }: FetchedEntries): Promise<readonly RegistrationEntry[]> {
    const entries: RegistrationEntry[] = [];
    for (const [i, message] of messages.entries()) {
      if (i % ENTRIES_AT_ONCE === ENTRIES_AT_ONCE - 1) await nextTurn();
      try {
        entries.push(parseEntry(message, attributes.get(message.id)));
        this.#rejected.delete(message.id);
      } catch (error) {
        this.#rejected.set(message.id, versionOf(message));
        this.#deps.log.warn('Ignoring an entry that cannot be served', {
          entry_id: message.id,
          error,
        });
      }
    }
    return entries;
  }

  /** The other trust domains that entries name, of those that stay and those that come. */
  #federatedWith(ids: News['ids'], changed: readonly RegistrationEntry[]): readonly TrustDomain[] {
    const { index, trustDomain } = this.#deps;
    const names = new Set(changed.flatMap(({ federatesWith }) => federatesWith.map(String)));
    for (const { id, federatesWith } of index.entries()) {
      if (ids.has(id)) for (const other of federatesWith) names.add(other.name);
    }
    names.delete(trustDomain.name); // a foreign bundle never speaks for this trust domain
    return [...names].map((name) => TrustDomain.of(name));
  }

  async #fetchFederated(
    trustDomains: readonly TrustDomain[],
  ): Promise<ReadonlyMap<string, TrustBundle>> {
    const { server, bundles, log } = this.#deps;
    const fetched = await mapConcurrently(trustDomains, FEDERATED_AT_ONCE, async (other) => {
      const previous = bundles.federated(other);
      try {
        return await server.fetchFederatedBundle(other, previous);
      } catch (error) {
        if (consequenceOf(error) !== 'retry') throw error;
        // One broken bundle must not keep all others from being served.
        log.warn('Cannot fetch a federated bundle', { trust_domain: other, error });
        return previous;
      }
    });
    const known = fetched.filter((bundle) => bundle !== undefined);
    return new Map(known.map((bundle) => [bundle.trustDomain.name, bundle]));
  }

  /** What comes is there before what goes has gone: nobody is without an identity in between. */
  async #take(news: News): Promise<void> {
    const { index, bundles, svids } = this.#deps;
    const affected: RegistrationEntry[] = [];
    const bundlesChanged = bundles.replace(news.own, news.federated);
    for (const [i, entry] of news.changed.entries()) {
      if (i % ENTRIES_AT_ONCE === ENTRIES_AT_ONCE - 1) await nextTurn();
      const before = index.find(entry.id);
      if (before !== undefined) affected.push(before);
      affected.push(entry);
      index.put(entry);
    }
    const gone = [...index.entries()].filter(({ id }) => !news.ids.has(id));
    // An update that can no longer be read is no reason to go on serving what was there before it.
    gone.push(
      ...[...this.#rejected.keys()].map((id) => index.find(id)).filter((e) => e !== undefined),
    );
    for (const { id } of gone) index.delete(id);
    for (const id of this.#rejected.keys()) if (!news.ids.has(id)) this.#rejected.delete(id);
    svids.drop(gone.map(({ id }) => id));
    affected.push(...gone);
    if (affected.length > 0 || bundlesChanged) {
      svids.subscribers.notify({ entries: affected, bundles: bundlesChanged });
    }
  }
}

interface News {
  /** Every entry that stays or comes. */
  readonly ids: Pick<ReadonlySet<string>, 'has'>;
  readonly changed: readonly RegistrationEntry[];
  readonly own: TrustBundle;
  readonly federated: ReadonlyMap<string, TrustBundle>;
}
