import type { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import type { TrustDomain } from '@vouchsafe/pki/trust-domain';
import type { Sliced } from '../../runtime/slices.ts';
import { isExpired } from './entry.ts';
import type { RegistrationEntry } from './entry.ts';
import {
  agentFault,
  explainParents,
  faultOf,
  idsOf,
  isAlias,
  unknownAgent,
} from './explain-parents.ts';
import type { Ways } from './explain-parents.ts';
import type { Fault, Registrations } from './fault.ts';
import { nearestIds } from './nearest-id.ts';

/** More entries for one SPIFFE ID than this are counted, not looked at. */
const MAX_ENTRIES = 100;
/** Each is a walk over all IDs. */
const MAX_SCANS = 10;
/** A node alias is below no agent. */
const NOWHERE: Ways = { agents: new Map(), faults: [] };

export interface Question {
  readonly spiffeId: SpiffeId;
  /** Whether this agent can serve it; any when undefined. */
  readonly agentId: SpiffeId | undefined;
  readonly trustDomain: TrustDomain;
  readonly now: Date;
}

export interface EntryExplanation {
  readonly entry: RegistrationEntry;
  /** Whether an agent, or the one asked for, can serve it to a process with its selectors. */
  readonly given: boolean;
  readonly agents: readonly SpiffeId[];
  readonly faults: readonly Fault[];
}

export interface Explanation {
  readonly given: boolean;
  /** Those that give it first. */
  readonly entries: readonly EntryExplanation[];
  /** How many have the SPIFFE ID, looked at or not. */
  readonly entryCount: number;
  /** What is wrong whatever the entries say. */
  readonly faults: readonly Fault[];
}

/** Which entries give an identity, through which agents, and what stands in the way. */
export function* explainIdentity(question: Question, from: Registrations): Sliced<Explanation> {
  const { spiffeId } = question;
  const faults = yield* generalFaults(question, from);
  const giving = from.entries.giving(spiffeId);
  const explained: EntryExplanation[] = [];
  const known = new Map<string, Ways>();
  // Where there are entries, only the agent can be at fault.
  const isAgentGood = faults.length === 0;
  const look = { from, now: question.now, scans: MAX_SCANS };
  for (const entry of [...giving].slice(0, MAX_ENTRIES)) {
    const key = entry.parentId.toString();
    let ways = isAlias(entry) ? NOWHERE : known.get(key);
    ways ??= yield* explainParents(entry.parentId, look);
    known.set(key, ways);
    explained.push(explainEntry(entry, ways, { ...question, isAgentGood }));
    yield;
  }
  const entries = explained.toSorted((a, b) => Number(b.given) - Number(a.given));
  const given = entries.some((entry) => entry.given);
  return { given, entries, entryCount: giving.size, faults };
}

function* generalFaults(
  { spiffeId, agentId, trustDomain, now }: Question,
  from: Registrations,
): Sliced<Fault[]> {
  const faults: Fault[] = [];
  if (from.entries.giving(spiffeId).size === 0) {
    const isForeign = !spiffeId.memberOf(trustDomain);
    const ids = idsOf(from.entries.all(), (entry) => entry.spiffeId);
    const nearest = yield* nearestIds(spiffeId, ids);
    const kind = isForeign ? 'OTHER_TRUST_DOMAIN' : 'NOT_REGISTERED';
    faults.push({ kind, subject: spiffeId, nearest });
  }
  if (agentId === undefined) return faults;
  const agent = from.findAgent(agentId);
  const fault = agent === undefined ? yield* unknownAgent(agentId, from) : agentFault(agent, now);
  return fault === undefined ? faults : [...faults, fault];
}

function explainEntry(
  entry: RegistrationEntry,
  ways: Ways,
  { agentId, now, isAgentGood }: Question & { readonly isAgentGood: boolean },
): EntryExplanation {
  const own: Fault[] = [];
  if (isExpired(entry, now)) own.push(faultOf('ENTRY_EXPIRED', entry));
  if (entry.storeSvid) own.push(faultOf('STORED_ONLY', entry));
  if (isAlias(entry)) {
    return { entry, given: false, agents: [], faults: [...own, faultOf('NODE_ALIAS', entry)] };
  }
  const reaches =
    agentId === undefined ? ways.agents.size > 0 : ways.agents.has(agentId.toString());
  const given = own.length === 0 && reaches;
  if (agentId !== undefined && isAgentGood && !reaches && ways.agents.size > 0) {
    own.push({ kind: 'OTHER_AGENT', subject: agentId, entryId: entry.id });
  }
  return { entry, given, agents: [...ways.agents.values()], faults: [...own, ...ways.faults] };
}
