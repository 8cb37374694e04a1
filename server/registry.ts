import type { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import type { TrustBundle } from '@vouchsafe/pki/bundle/trust-bundle';
import type { TrustDomain } from '@vouchsafe/pki/trust-domain';
import type { AgentRecord } from './attestation/agent-record.ts';
import type { Datastore, Notice, Reset } from './datastore/datastore.ts';
import { EntryIndex } from './registration/entry-index.ts';

/**
 * What requests are decided on, in memory: entries, agents and trust bundles, never behind what this server has told a
 * caller is done.
 */
export class Registry {
  readonly entries = new EntryIndex();
  readonly #agents = new Map<string, AgentRecord>();
  readonly #bundles = new Map<string, TrustBundle>();

  /** Reads everything once and then follows the datastore; call it before anything else may write. */
  static async load(datastore: Datastore): Promise<Registry> {
    const registry = new Registry();
    for (const entry of await datastore.entries.all()) registry.entries.put(entry);
    for (const agent of await datastore.agents.all()) registry.#putAgent(agent);
    for (const bundle of await datastore.bundles.all()) registry.#putBundle(bundle);
    datastore.subscribe((notice) => registry.#apply(notice));
    await datastore.follow();
    return registry;
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
