import type { Selector } from '@vouchsafe/pki/selector';
import type { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import { nearest } from '../../runtime/nearest.ts';
import type { Sliced } from '../../runtime/slices.ts';
import { isBanned } from '../attestation/agent-record.ts';
import type { AgentRecord } from '../attestation/agent-record.ts';
import { isExpired } from './entry.ts';
import type { RegistrationEntry } from './entry.ts';
import type { Fault, MissingSelector, Registrations } from './fault.ts';
import { nearestIds } from './nearest-id.ts';
import { isAgentId, serverId } from './reserved-ids.ts';

const PER_STEP = 25;
const MAX_FAULTS = 20;

/** What a question is answered from. */
export interface Look {
  readonly from: Registrations;
  readonly now: Date;
  /** How often all IDs may still be compared with a mistyped parent. */
  scans: number;
}

/** Where the ways up from a parent end. */
export interface Ways {
  /** Agents that can serve what is below, by ID. */
  readonly agents: ReadonlyMap<string, SpiffeId>;
  /** What ends the other ways. */
  readonly faults: readonly Fault[];
}

interface Walk extends Ways {
  readonly look: Look;
  readonly agents: Map<string, SpiffeId>;
  readonly faults: Fault[];
}

/** Walks up from a parent to agents, as authorizedEntries walks down from one. */
export function* explainParents(parentId: SpiffeId, look: Look): Sliced<Ways> {
  const { from, now } = look;
  const walk: Walk = { look, agents: new Map(), faults: [] };
  const seen = new Set<string>();
  const parents = [parentId];
  let steps = 0;
  for (let parent = parents.pop(); parent !== undefined; parent = parents.pop()) {
    if (seen.has(parent.toString())) continue;
    seen.add(parent.toString());
    const isAgent = lookAtAgent(walk, parent);
    const above = from.entries.giving(parent);
    if (!isAgent && above.size === 0) yield* explainUnknown(walk, parent);
    for (const entry of above) {
      if (++steps % PER_STEP === 0) yield;
      if (isExpired(entry, now)) addFault(walk, faultOf('ENTRY_EXPIRED', entry));
      else if (isAlias(entry)) yield* explainAlias(walk, entry);
      else parents.push(entry.parentId);
    }
  }
  // Every way ends in an agent or a fault, or where it has been before.
  if (walk.agents.size === 0 && walk.faults.length === 0) {
    addFault(walk, { kind: 'PARENT_CIRCLE', subject: parentId });
  }
  return walk;
}

/** Whether an entry names nodes rather than processes. */
export const isAlias = ({ parentId }: RegistrationEntry): boolean =>
  parentId.equals(serverId(parentId.trustDomain));

export const faultOf = (kind: Fault['kind'], entry: RegistrationEntry): Fault => ({
  kind,
  subject: entry.spiffeId,
  entryId: entry.id,
});

/** What keeps an attested agent from serving anything. */
export function agentFault(agent: AgentRecord, now: Date): Fault | undefined {
  if (isBanned(agent)) return { kind: 'AGENT_BANNED', subject: agent.id };
  const svids = [agent.current, agent.renewed].filter((svid) => svid !== undefined);
  if (svids.some(({ expiresAt }) => expiresAt > now)) return undefined;
  return { kind: 'AGENT_EXPIRED', subject: agent.id };
}

/** The agents' IDs that are near to one that is none. */
export function* unknownAgent(id: SpiffeId, from: Registrations): Sliced<Fault> {
  const known = idsOf(from.agents(), ({ id: known }) => known);
  return { kind: 'AGENT_UNKNOWN', subject: id, nearest: yield* nearestIds(id, known) };
}

export function* idsOf<T>(things: Iterable<T>, idOf: (thing: T) => SpiffeId): Generator<SpiffeId> {
  for (const thing of things) yield idOf(thing);
}

/** Whether the parent is an agent, good or not. */
function lookAtAgent(walk: Walk, id: SpiffeId): boolean {
  const agent = walk.look.from.findAgent(id);
  if (agent === undefined) return false;
  addAgent(walk, agent);
  return true;
}

function addAgent(walk: Walk, agent: AgentRecord): void {
  const fault = agentFault(agent, walk.look.now);
  if (fault === undefined) walk.agents.set(agent.id.toString(), agent.id);
  else addFault(walk, fault);
}

function addFault({ faults }: Walk, fault: Fault): void {
  if (faults.length < MAX_FAULTS) faults.push(fault);
}

function* explainUnknown(walk: Walk, parent: SpiffeId): Sliced<void> {
  const { look } = walk;
  const kind = isAgentId(parent) ? 'AGENT_UNKNOWN' : 'PARENT_UNKNOWN';
  let fault: Fault = { kind, subject: parent };
  if (look.scans > 0) {
    look.scans--;
    fault =
      kind === 'AGENT_UNKNOWN'
        ? yield* unknownAgent(parent, look.from)
        : { ...fault, nearest: yield* nearestIds(parent, possibleParents(look.from)) };
  }
  addFault(walk, fault);
}

/** Everything that can be a parent. */
function* possibleParents(from: Registrations): Generator<SpiffeId> {
  yield* idsOf(from.agents(), ({ id }) => id);
  yield* idsOf(from.entries.all(), ({ spiffeId }) => spiffeId);
}

function* explainAlias(walk: Walk, alias: RegistrationEntry): Sliced<void> {
  let matched = false;
  let closest: { readonly agent: AgentRecord; readonly lacks: number } | undefined;
  let looked = 0;
  for (const agent of walk.look.from.agents()) {
    if (++looked % PER_STEP === 0) yield;
    const own = new Set(agent.selectors.map(String));
    const lacks = alias.selectors.filter((selector) => !own.has(selector.toString())).length;
    if (lacks === 0) {
      matched = true;
      addAgent(walk, agent);
    } else if (closest === undefined || lacks < closest.lacks) {
      closest = { agent, lacks };
    }
  }
  if (matched) return;
  addFault(walk, {
    ...faultOf('ALIAS_UNMATCHED', alias),
    nearest: closest === undefined ? [] : [closest.agent.id],
    missing: missingOf(alias, closest?.agent.selectors ?? []),
  });
}

/** What an alias wants and a node lacks, each with the nearest of what the node has beside what is wanted. */
function missingOf({ selectors }: RegistrationEntry, has: readonly Selector[]): MissingSelector[] {
  const wanted = new Set(selectors.map(String));
  const own = new Set(has.map(String));
  const spare = new Map(has.map((selector) => [selector.toString(), selector]));
  for (const text of wanted) spare.delete(text);
  return selectors
    .filter((selector) => !own.has(selector.toString()))
    .map((selector) => {
      const near = nearest(selector.toString(), spare.keys());
      return { selector, nearest: near === undefined ? undefined : spare.get(near) };
    });
}
