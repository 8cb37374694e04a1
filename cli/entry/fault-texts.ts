import type { Fault__Output } from '@vouchsafe/proto/gen/vouchsafe/server/explain/v1/Fault';
import { showSelector, showSpiffeId } from '../messages.ts';

export interface FaultText {
  readonly wrong: string;
  /** What to do about it. */
  readonly next: string;
}

type Kind = Fault__Output['kind'];
type Explain = (subject: string, fault: Fault__Output) => FaultText;

const EXPLAIN: Readonly<Record<Kind, Explain>> = {
  UNSPECIFIED: () => ({ wrong: 'something that this version does not know', next: 'update it' }),
  NOT_REGISTERED: (id, { nearest }) => ({
    wrong: `no entry has the SPIFFE ID ${id}${meant(nearest)}`,
    next: 'ask for the SPIFFE ID that is registered, or register this one with `vouchsafe entry create`',
  }),
  OTHER_TRUST_DOMAIN: (id, { nearest }) => ({
    wrong: `${id} is of another trust domain than this server's${meant(nearest)}`,
    next: 'ask for an ID of this trust domain, or ask the server of the other one',
  }),
  ENTRY_EXPIRED: (id, { entry_id }) => ({
    wrong: `entry ${entry_id} for ${id} has expired`,
    next: 'create it again, with a later time of expiry or none',
  }),
  STORED_ONLY: (id, { entry_id }) => ({
    wrong: `entry ${entry_id} for ${id} is to be stored (store_svid), and not served on the Workload API`,
    next: 'create it again without storing the SVID',
  }),
  NODE_ALIAS: (id, { entry_id }) => ({
    wrong: `entry ${entry_id} makes ${id} a node alias: it names nodes, and no process gets it`,
    next: 'register the workload in an entry of its own that has this ID as its parent',
  }),
  PARENT_UNKNOWN: (id, { nearest }) => ({
    wrong: `the parent ${id} is neither an agent nor the SPIFFE ID of an entry${meant(nearest)}`,
    next: 'correct the parent with `vouchsafe entry update --parent-id`, or create the node alias',
  }),
  AGENT_UNKNOWN: (id, { nearest }) => ({
    wrong: `no agent ${id} has been attested${meant(nearest)}`,
    next: 'see `vouchsafe agent list`; start that agent, or correct the ID',
  }),
  AGENT_BANNED: (id) => ({
    wrong: `the agent ${id} is banned`,
    next: 'if it may join again: `vouchsafe agent evict`, then attest it anew',
  }),
  AGENT_EXPIRED: (id) => ({
    wrong: `the SVID of the agent ${id} has expired`,
    next: 'see why it does not renew in its log, and attest it anew',
  }),
  ALIAS_UNMATCHED: (id, fault) => ({
    wrong: `no agent has all selectors of the node alias ${id} (entry ${fault.entry_id})${lacks(fault)}`,
    next: 'correct the selectors of the alias with `vouchsafe entry update --selector`',
  }),
  PARENT_CIRCLE: (id) => ({
    wrong: `the parents form a circle: from ${id} each leads to another, and none to an agent`,
    next: 'give one of them an agent or a node alias as its parent',
  }),
  OTHER_AGENT: (id, { entry_id }) => ({
    wrong: `entry ${entry_id} is not under the agent ${id}, but under another`,
    next: 'create an entry under this agent, or a node alias that both have',
  }),
};

/** A fault in plain words. */
export function faultText(fault: Fault__Output): FaultText {
  // A newer server may know more kinds; a number that is none of the enum comes as it is.
  const kind = Object.hasOwn(EXPLAIN, fault.kind) ? fault.kind : 'UNSPECIFIED';
  return EXPLAIN[kind](showSpiffeId(fault.subject), fault);
}

const meant = (ids: Fault__Output['nearest']): string =>
  ids.length === 0 ? '' : `; nearest: ${ids.map(showSpiffeId).join(', ')}`;

function lacks({ nearest, missing }: Fault__Output): string {
  const [agent] = nearest;
  if (agent === undefined) return '; no agent has been attested';
  const each = missing.map(({ selector, nearest: near }) => {
    const name = selector === null ? '' : showSelector(selector);
    return near === null ? name : `${name} (it has ${showSelector(near)})`;
  });
  return `; ${showSpiffeId(agent)} comes nearest and lacks ${each.join(', ')}`;
}
