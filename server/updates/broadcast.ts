import type { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import type { TrustDomain } from '@vouchsafe/pki/trust-domain';
import type { AgentRecord } from '../attestation/agent-record.ts';
import { agentsAbove, entriesBelow, isAlias, nodesOf } from '../registration/concerned-agents.ts';
import type { Concern, Fleet } from '../registration/concerned-agents.ts';
import type { RegistrationEntry } from '../registration/entry.ts';
import type { Registry, Succession } from '../registry.ts';
import { KINDS, MAX_PENDING } from './watcher.ts';
import type { Kind } from './watcher.ts';
import type { Watchers } from './watchers.ts';

/** Many entries have few parents; a bound all the same. */
const MAX_REMEMBERED = 10_000;

export interface BroadcastDeps {
  readonly trustDomain: TrustDomain;
  readonly registry: Registry;
  readonly watchers: Watchers;
  readonly changes: { readonly revision: number };
}

/** Tells watchers of each change that concerns them, in the turn of the event loop in which the registry has it. */
export class Broadcast {
  readonly #deps: BroadcastDeps;
  readonly #fleet: Fleet;
  /** Whom what is below an ID concerns, as long as nothing that it was found by changes. */
  readonly #concerns = new Map<string, Concern>();
  /** Every ID that some of these were found through. */
  readonly #through = new Set<string>();

  constructor(deps: BroadcastDeps) {
    this.#deps = deps;
    const { registry } = deps;
    this.#fleet = {
      entries: registry.entries,
      findAgent: (id) => registry.findAgent(id),
      agents: () => registry.agents(),
    };
    registry.follow((succession, revision) => this.#tell(succession, revision));
  }

  /** Up to which revision watchers have been told. */
  get revision(): number {
    return this.#deps.changes.revision;
  }

  /** The agents that have an entry with this parent. */
  agentsAbove(parentId: SpiffeId): ReadonlySet<string> {
    const known = this.#concerns.get(parentId.toString());
    if (known !== undefined) return known.agents;
    if (this.#concerns.size >= MAX_REMEMBERED) this.#forget();
    const concern = agentsAbove(this.#fleet, parentId);
    this.#concerns.set(parentId.toString(), concern);
    for (const id of concern.through) this.#through.add(id);
    return concern.agents;
  }

  #forget(): void {
    this.#concerns.clear();
    this.#through.clear();
  }

  #tell(succession: Succession, revision: number): void {
    const { watchers } = this.#deps;
    if (succession.kind === 'reset') {
      this.#forget();
      for (const watcher of watchers.all()) watcher.resync(KINDS, revision);
      return;
    }
    const { kind, id } = succession;
    for (const watcher of watchers.admins) watcher.add(kind, [id], revision);
    if (kind === 'entry') this.#tellOfEntry(succession, revision);
    else if (kind === 'agent') this.#tellOfAgent(succession, revision);
    else this.#tellOfBundle(id, revision);
  }

  #tellOfEntry({ id, before, after }: Succession & { kind: 'entry' }, revision: number): void {
    const versions = [before, after].filter((entry) => entry !== undefined);
    if (versions.some(({ spiffeId }) => this.#through.has(spiffeId.toString()))) this.#forget();
    const agents = new Set(versions.flatMap((entry) => this.#agentsOf(entry)));
    const watched = [...agents].filter((agentId) => this.#deps.watchers.of(agentId).size > 0);
    if (watched.length === 0) return;
    const ids = isMoved(before, after) ? this.#withThoseBelow(id, versions) : [id];
    for (const agentId of watched) this.#add(agentId, { kind: 'entry', ids }, revision);
  }

  #agentsOf(entry: RegistrationEntry): readonly string[] {
    return isAlias(entry) ? nodesOf(this.#fleet, entry) : [...this.agentsAbove(entry.parentId)];
  }

  /** With an entry comes and goes what is below the identity it gives; undefined when that is too much to name. */
  #withThoseBelow(
    id: string,
    versions: readonly RegistrationEntry[],
  ): readonly string[] | undefined {
    const ids = new Set(versions.every(isAlias) ? [] : [id]);
    for (const { spiffeId } of versions) {
      const below = entriesBelow(this.#deps.registry.entries, spiffeId, MAX_PENDING);
      if (below === undefined) return undefined;
      for (const each of below) ids.add(each);
    }
    return [...ids];
  }

  /** Also has the reader look whether it is still let in. */
  #tellOfAgent({ id, before, after }: Succession & { kind: 'agent' }, revision: number): void {
    const isOther = selectorsOf(before) !== selectorsOf(after);
    if (isOther) this.#forget();
    this.#add(id, { kind: 'agent', ids: [id] }, revision);
    if (isOther) this.#add(id, { kind: 'entry', ids: undefined }, revision);
  }

  #tellOfBundle(name: string, revision: number): void {
    const { trustDomain, watchers } = this.#deps;
    const agents =
      name === trustDomain.name ? [...watchers.agentIds] : this.#agentsFederatingWith(name);
    for (const agentId of agents) this.#add(agentId, { kind: 'bundle', ids: [name] }, revision);
  }

  #agentsFederatingWith(name: string): Iterable<string> {
    const agents = new Set<string>();
    for (const entry of this.#deps.registry.entries.all()) {
      if (!entry.federatesWith.some((other) => other.name === name)) continue;
      for (const agentId of this.agentsAbove(entry.parentId)) agents.add(agentId);
    }
    return agents;
  }

  #add(
    agentId: string,
    { kind, ids }: { readonly kind: Kind; readonly ids: readonly string[] | undefined },
    revision: number,
  ): void {
    for (const watcher of this.#deps.watchers.of(agentId)) {
      if (ids === undefined) watcher.resync([kind], revision);
      else watcher.add(kind, ids, revision);
    }
  }
}

/** Whether what is below an entry may have come to others, or been taken from somebody. */
function isMoved(
  before: RegistrationEntry | undefined,
  after: RegistrationEntry | undefined,
): boolean {
  if (before === undefined || after === undefined || isAlias(after)) return true;
  return (
    !before.spiffeId.equals(after.spiffeId) ||
    !before.parentId.equals(after.parentId) ||
    before.expiresAt?.getTime() !== after.expiresAt?.getTime()
  );
}

/** Undefined for an agent that is not there. */
function selectorsOf(agent: AgentRecord | undefined): string | undefined {
  return agent?.selectors.map(String).sort().join('\n');
}
