import type { AgentRecord } from '../attestation/agent-record.ts';
import type { Call } from '../../runtime/rpc/call.ts';
import type { Restriction } from '../roles/restriction.ts';
import type { AuditTrail } from './audit-trail.ts';
import type { Caller } from './caller.ts';

/** A call to the server that was let in. */
export interface ServerCall extends Call {
  readonly caller: Caller;
  /** The attested agent that calls, in methods that are open to agents alone. */
  readonly agent: AgentRecord | undefined;
  /** What the caller's roles let it do; undefined for who may do everything. */
  readonly restriction: Restriction | undefined;
  /** What the audit line says beside who called what and how it ended; handlers add to it. */
  readonly audit: AuditTrail;
}

/** @throws TypeError in a method that is open to others than agents */
export function agentOf({ agent, method }: ServerCall): AgentRecord {
  if (agent === undefined) throw new TypeError(`${method} is open to others than agents`);
  return agent;
}
