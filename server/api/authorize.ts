import type { PermissionDeniedReason } from '@vouchsafe/proto/status-details';
import { isBanned } from '../attestation/agent-record.ts';
import type { AgentRecord } from '../attestation/agent-record.ts';
import { isExpired } from '../registration/entry.ts';
import type { Registry } from '../registry.ts';
import { ROLES } from '../roles/role.ts';
import type { Grant, Role } from '../roles/role.ts';
import type { RoleBook } from '../roles/role-book.ts';
import type { Right } from './access.ts';
import type { Caller } from './caller.ts';

export type Decision =
  | { readonly allowed: true; readonly as: 'any' | 'local' | 'admin' | 'downstream' }
  | {
      readonly allowed: true;
      readonly as: 'role';
      /** What the caller has of what is wanted here. */
      readonly grants: readonly Grant[];
    }
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

export interface Facts {
  readonly registry: Registry;
  readonly roles: RoleBook;
  readonly now: Date;
}

/** Decides whether a caller has one of the rights; the strongest counts. */
export function authorize(caller: Caller, rights: readonly Right[], facts: Facts): Decision {
  if (rights.includes('any')) return { allowed: true, as: 'any' };
  const { roles, now } = facts;
  // Verified when the connection began; it may have expired since.
  const isValid = caller.kind !== 'x509' || caller.certificate.notAfter >= now;
  const held = isValid ? heldRight(caller, rights, facts) : undefined;
  if (held !== undefined) return { allowed: true, as: held };
  const grants = isValid ? roles.grantsOf(caller).filter(({ role }) => rights.includes(role)) : [];
  if (grants.length > 0) return { allowed: true, as: 'role', grants };
  if (caller.kind === 'x509' && rights.includes('agent')) return authorizeAgent(caller, facts);
  return { allowed: false, why: whyNot(caller, rights, roles) };
}

function whyNot(caller: Caller, rights: readonly Right[], roles: RoleBook): string {
  if (roles.isUsed && rights.includes('local')) {
    return `the caller has none of the roles ${sufficientRoles(rights).join(', ')}`;
  }
  if (caller.kind === 'x509' && rights.includes('downstream')) {
    return 'no entry makes the identity a downstream server';
  }
  return caller.kind === 'x509'
    ? 'neither an entry nor admin_ids makes the identity an admin'
    : `a caller that is ${caller.kind} has no such right`;
}

/** The roles that would do, the strongest first. */
export const sufficientRoles = (rights: readonly Right[]): Role[] =>
  ROLES.filter((role) => rights.includes(role) || (role === 'admin' && rights.includes('local')));

type X509Caller = Extract<Caller, { kind: 'x509' }>;

/** The one of the rights that is not an agent's and that the caller has. */
function heldRight(
  caller: Caller,
  rights: readonly Right[],
  facts: Facts,
): 'local' | 'admin' | 'downstream' | undefined {
  if (caller.kind === 'local') {
    return rights.includes('local') && facts.roles.isAdmin(caller) ? 'local' : undefined;
  }
  if (caller.kind !== 'x509') return undefined;
  if (rights.includes('admin') && isAdmin(caller, facts)) return 'admin';
  return rights.includes('downstream') && isDownstream(caller, facts) ? 'downstream' : undefined;
}

/** A server below this one: by an entry that says so. */
function isDownstream(caller: X509Caller, { registry, now }: Facts): boolean {
  const entries = [...registry.entries.giving(caller.id)];
  return entries.some((entry) => entry.downstream && !isExpired(entry, now));
}

function isAdmin(caller: X509Caller, { registry, roles, now }: Facts): boolean {
  if (roles.isAdmin(caller)) return true;
  return [...registry.entries.giving(caller.id)].some(
    (entry) => entry.admin && !isExpired(entry, now),
  );
}

/** An agent is who has an attestation record and shows the X509-SVID that is recorded there, current or renewed. */
function authorizeAgent({ id, certificate }: X509Caller, { registry, now }: Facts): Decision {
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
