import type { PermissionDeniedReason } from '@vouchsafe/proto/status-details';
import { isBanned } from '../attestation/agent-record.ts';
import type { AgentRecord } from '../attestation/agent-record.ts';
import { isExpired } from '../registration/entry.ts';
import type { Registry } from '../registry.ts';
import type { Right } from './access.ts';
import type { Caller } from './caller.ts';

export type Decision =
  | { readonly allowed: true; readonly as: Exclude<Right, 'agent'> }
  | {
      readonly allowed: true;
      readonly as: 'agent';
      readonly agent: AgentRecord;
      /** The caller shows the renewed X509-SVID for the first time: it is to become the agent's current one. */
      readonly promotes: boolean;
    }
  | {
      readonly allowed: false;
      /** For the log. */
      readonly why: string;
      /** For the agent, which acts on it. */
      readonly reason?: PermissionDeniedReason;
    };

/** Decides whether a caller has one of the rights; the first that fits counts. */
export function authorize(
  caller: Caller,
  rights: readonly Right[],
  facts: {
    readonly registry: Registry;
    /** Who is an administrator without an entry, of whatever trust domain. */
    readonly adminIds: ReadonlySet<string>;
    readonly now: Date;
  },
): Decision {
  if (rights.includes('any')) return { allowed: true, as: 'any' };
  if (rights.includes('local') && caller.kind === 'local') return { allowed: true, as: 'local' };
  if (caller.kind !== 'x509') {
    return { allowed: false, why: `a caller that is ${caller.kind} has no such right` };
  }
  if (rights.includes('admin') && isAdmin(caller, facts)) return { allowed: true, as: 'admin' };
  if (rights.includes('agent')) return authorizeAgent(caller, facts);
  return { allowed: false, why: 'neither an entry nor admin_ids makes the identity an admin' };
}

type X509Caller = Extract<Caller, { kind: 'x509' }>;
type Facts = Parameters<typeof authorize>[2];

function isAdmin({ id, certificate }: X509Caller, { registry, adminIds, now }: Facts): boolean {
  if (certificate.notAfter < now) return false;
  if (adminIds.has(id.toString())) return true;
  return [...registry.entries.giving(id)].some((entry) => entry.admin && !isExpired(entry, now));
}

/** An agent is who has an attestation record and shows the X509-SVID that is recorded there, current or renewed. */
function authorizeAgent({ id, certificate }: X509Caller, { registry, now }: Facts): Decision {
  // Verified when the connection began; it may have expired since.
  if (certificate.notAfter < now) return denied('AGENT_EXPIRED', 'the agent SVID has expired');
  const agent = registry.findAgent(id);
  if (agent === undefined) return denied('AGENT_NOT_ATTESTED', 'the agent is not attested');
  if (isBanned(agent)) return denied('AGENT_BANNED', 'the agent is banned');
  const serialNumber = certificate.serialNumber.toString();
  if (serialNumber === agent.current?.serialNumber) {
    return { allowed: true, as: 'agent', agent, promotes: false };
  }
  if (serialNumber === agent.renewed?.serialNumber) {
    return { allowed: true, as: 'agent', agent, promotes: true };
  }
  return denied('AGENT_NOT_ACTIVE', 'the agent SVID is neither the current nor the renewed one');
}

const denied = (reason: PermissionDeniedReason, why: string): Decision => ({
  allowed: false,
  why,
  reason,
});
