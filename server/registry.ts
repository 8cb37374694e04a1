import type { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import type { TrustBundle } from '@vouchsafe/pki/bundle/trust-bundle';
import type { TrustDomain } from '@vouchsafe/pki/trust-domain';
import type { AgentRecord } from './attestation/agent-record.ts';
import type { Datastore, Notice, Reset } from './datastore/datastore.ts';
import type { RegistrationEntry } from './registration/entry.ts';
import { EntryIndex } from './registration/entry-index.ts';

/** What was there before a change and what is there after it; undefined for nothing. */
export type Succession =
  | ({ readonly kind: 'entry'; readonly id: string } & Two<RegistrationEntry>)
  | ({ readonly kind: 'agent'; readonly id: string } & Two<AgentRecord>)
  | ({ readonly kind: 'bundle'; readonly id: string } & Two<TrustBundle>)
  | { readonly kind: 'reset' };

interface Two<T> {
  readonly before: T | undefined;
  readonly after: T | undefined;
}

type Follower = (succession: Succession, revision: number) => void;

/**
 * What requests are decided on, in memory: entries, agents and trust bundles, never behind what this server has told a
 * caller is done.
 */
export class Registry {
  readonly entries = new EntryIndex();
  readonly #agents = new Map<string, AgentRecord>();
  readonly #bundles = new Map<string, TrustBundle>();
  readonly #followers = new Set<Follower>();
  #source: Pick<Datastore, 'refresh' | 'unreachableSince'> = {
    refresh: () => Promise.resolve(),
    unreachableSince: undefined,
  };

  /** Reads everything once and then follows the datastore; call it before anything else may write. */
  static async load(datastore: Datastore): Promise<Registry> {
    const registry = new Registry();
    for await (const page of datastore.entries.pages()) {
      for (const entry of page) registry.entries.put(entry);
    }
    for (const agent of await datastore.agents.all()) registry.#putAgent(agent);
    for (const bundle of await datastore.bundles.all()) registry.#putBundle(bundle);
    datastore.subscribe((notice, revision) => {
      const succession = registry.#successionOf(notice);
      registry.#apply(notice);
      for (const follower of registry.#followers) follower(succession, revision);
    });
    registry.#source = datastore;
    await datastore.follow();
    return registry;
  }

  /**
   * Takes in what other servers have committed until now. What is decided to somebody's disadvantage for something that
   * is not here is decided again after this: another server may have told him that it is done.
   * @throws DatastoreError when the database does not answer
   */
  refresh(): Promise<void> {
    return this.#source.refresh();
  }

  /** Since when this may be behind, because the database does not answer. */
  get staleSince(): Date | undefined {
    return this.#source.unreachableSince;
  }

  /** Tells of each change once it is made here, in the order of revisions; a follower must not throw. */
  follow(follower: Follower): void {
    this.#followers.add(follower);
  }

  findAgent(id: SpiffeId): AgentRecord | undefined {
    return this.#agents.get(id.toString());
  }

  get agentCount(): number {
    return this.#agents.size;
  }

  /** The own one and those of other trust domains. */
  get bundleCount(): number {
    return this.#bundles.size;
  }

  /** In order of first attestation. */
  agents(): IterableIterator<AgentRecord> {
    return this.#agents.values();
  }

  findBundle(trustDomain: TrustDomain): TrustBundle | undefined {
    return this.#bundles.get(trustDomain.name);
  }

  bundles(): IterableIterator<TrustBundle> {
    return this.#bundles.values();
  }

  #putAgent(agent: AgentRecord): void {
    this.#agents.set(agent.id.toString(), agent);
  }

  #putBundle(bundle: TrustBundle): void {
    this.#bundles.set(bundle.trustDomain.name, bundle);
  }

  #successionOf(notice: Notice): Succession {
    switch (notice.kind) {
      case 'entry': {
        const { kind, id, entry } = notice;
        return { kind, id, before: this.entries.find(id), after: entry };
      }
      case 'agent': {
        const { kind, id, agent } = notice;
        return { kind, id: id.toString(), before: this.findAgent(id), after: agent };
      }
      case 'bundle': {
        const { kind, trustDomain, bundle } = notice;
        const before = this.findBundle(trustDomain);
        return { kind, id: trustDomain.name, before, after: bundle };
      }
      case 'reset':
        return { kind: 'reset' };
    }
  }

  #apply(change: Notice): void {
    switch (change.kind) {
      case 'entry':
        if (change.entry === undefined) this.entries.delete(change.id);
        else this.entries.put(change.entry);
        return;
      case 'agent':
        if (change.agent === undefined) this.#agents.delete(change.id.toString());
        else this.#putAgent(change.agent);
        return;
      case 'bundle':
        if (change.bundle === undefined) this.#bundles.delete(change.trustDomain.name);
        else this.#putBundle(change.bundle);
        return;
      case 'reset':
        this.#reset(change);
        return;
    }
  }

  #reset({ entries, agents, bundles }: Reset): void {
    const kept = new Set(entries.map(({ id }) => id));
    for (const { id } of [...this.entries.all()]) if (!kept.has(id)) this.entries.delete(id);
    for (const entry of entries) this.entries.put(entry);
    this.#agents.clear();
    for (const agent of agents) this.#putAgent(agent);
    this.#bundles.clear();
    for (const bundle of bundles) this.#putBundle(bundle);
  }
}
