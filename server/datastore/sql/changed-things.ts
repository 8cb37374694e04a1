import { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import { TrustDomain } from '@vouchsafe/pki/trust-domain';
import type { Change, LoggedChange, Reset } from '../datastore.ts';
import type { SqlAgents } from './agents.ts';
import type { SqlBundles } from './bundles.ts';
import type { SqlEntries } from './entries.ts';

interface Stores {
  readonly entries: SqlEntries;
  readonly agents: SqlAgents;
  readonly bundles: SqlBundles;
}

type Find = (ids: readonly string[]) => Promise<(id: string) => Change>;

/** Reads what has become of things that the log says have changed. */
export class ChangedThings {
  readonly #stores: () => Stores;

  constructor(stores: () => Stores) {
    this.#stores = stores;
  }

  /** What each is now, which may be newer than what the log speaks of; in order. */
  async resolve(log: readonly LoggedChange[]): Promise<Change[]> {
    const find: Readonly<Record<Change['kind'], Find>> = {
      entry: (ids) => this.#entries(ids),
      agent: (ids) => this.#agents(ids),
      bundle: (ids) => this.#bundles(ids),
    };
    const found = new Map<Change['kind'], (id: string) => Change>();
    for (const kind of new Set(log.map((change) => change.kind))) {
      const ids = log.filter((change) => change.kind === kind).map(({ id }) => id);
      found.set(kind, await find[kind]([...new Set(ids)]));
    }
    return log.map(({ kind, id }) => found.get(kind)!(id));
  }

  async everything(
    readRevision: () => Promise<number>,
  ): Promise<{ readonly revision: number; readonly reset: Reset }> {
    const { entries, agents, bundles } = this.#stores();
    const revision = await readRevision();
    const reset: Reset = {
      kind: 'reset',
      entries: await entries.all(),
      agents: await agents.all(),
      bundles: await bundles.all(),
    };
    return { revision, reset };
  }

  async #entries(ids: readonly string[]): Promise<(id: string) => Change> {
    const found = new Map((await this.#stores().entries.some(ids)).map((one) => [one.id, one]));
    return (id) => ({ kind: 'entry', id, entry: found.get(id) });
  }

  async #agents(ids: readonly string[]): Promise<(id: string) => Change> {
    const some = await this.#stores().agents.some(ids);
    const found = new Map(some.map((agent) => [agent.id.toString(), agent]));
    return (id) => ({ kind: 'agent', id: SpiffeId.parse(id), agent: found.get(id) });
  }

  async #bundles(ids: readonly string[]): Promise<(id: string) => Change> {
    const some = await this.#stores().bundles.some(ids);
    const found = new Map(some.map((bundle) => [bundle.trustDomain.name, bundle]));
    return (name) => ({
      kind: 'bundle',
      trustDomain: TrustDomain.of(name),
      bundle: found.get(name),
    });
  }
}
