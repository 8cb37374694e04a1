import { status } from '@grpc/grpc-js';
import type { PermissionDeniedReason } from '@vouchsafe/proto/status-details';
import type { Clock } from '../../runtime/clock.ts';
import type { Log } from '../../runtime/log.ts';
import type { Call, Gate, Outcome } from '../../runtime/rpc/call.ts';
import type { Peers } from '../../runtime/rpc/peers.ts';
import { permissionDenied, toRpcError, unavailable } from '../../runtime/rpc/status.ts';
import type { AgentStore } from '../datastore/datastore.ts';
import type { Registry } from '../registry.ts';
import { findAccess } from './access.ts';
import { AuditTrail } from './audit-trail.ts';
import { restrictionOf } from '../roles/restriction.ts';
import type { RoleBook } from '../roles/role-book.ts';
import type { Role } from '../roles/role.ts';
import { authorize, sufficientRoles } from './authorize.ts';
import { callerFields } from './caller.ts';
import type { Caller } from './caller.ts';
import { denial } from './denial.ts';
import type { RateLimits } from './rate-limits.ts';
import type { ServerCall } from './server-call.ts';

export interface ServerGateDeps {
  readonly peers: Peers<Caller>;
  readonly registry: Registry;
  readonly agents: Pick<AgentStore, 'promote'>;
  readonly roles: RoleBook;
  readonly limits: Pick<RateLimits, 'atDoor'>;
  /** How old what is in memory may be when the database does not answer. */
  readonly maxStaleMs: number;
  readonly clock: Clock;
  readonly log: Log;
}

/** Decides who gets in, by the table of access, and keeps the account of it. */
export class ServerGate implements Gate<ServerCall> {
  readonly #deps: ServerGateDeps;

  constructor(deps: ServerGateDeps) {
    this.#deps = deps;
  }

  async enter(call: Call): Promise<ServerCall> {
    const { peers, registry, roles, clock } = this.#deps;
    const caller = peers.find(call.peer);
    if (caller === undefined) throw unavailable('connection has closed');
    const rights = findAccess(call.method)?.allow ?? [];
    const decide = () => authorize(caller, rights, { registry, roles, now: clock.now() });
    let decision = decide();
    if (caller.kind === 'x509') {
      this.#checkStaleness(call.method);
      if (!decision.allowed) {
        await this.#refreshUnless(decision.reason === 'AGENT_BANNED');
        decision = decide();
      }
    }
    if (!decision.allowed) {
      this.#deps.log.warn('Call refused', {
        method: call.method,
        ...callerFields(caller),
        why: decision.why,
        reason: decision.reason,
      });
      const wanted = roles.isUsed ? sufficientRoles(rights) : [];
      throw refusal(call.method, decision.reason, wanted);
    }
    const agent = decision.as === 'agent' ? decision.agent : undefined;
    if (decision.as === 'agent' && decision.promotes) await this.#promote(decision.agent);
    await this.#deps.limits.atDoor(call, caller);
    const restriction =
      decision.as === 'role'
        ? restrictionOf(caller, decision.grants, { registry, roles })
        : undefined;
    return { ...call, caller, agent, restriction, audit: new AuditTrail() };
  }

  leave(call: Call, outcome: Outcome<ServerCall>): void {
    const { entered, error, elapsedMs } = outcome;
    const caller = entered?.caller ?? this.#deps.peers.find(call.peer);
    const code = error === undefined ? 'OK' : status[toRpcError(error).code];
    const fields = {
      method: call.method,
      ...(caller === undefined ? {} : callerFields(caller)),
      ...rolesOf(entered),
      status: code,
      elapsed_ms: Math.round(elapsedMs),
      ...(error === undefined ? {} : { error }),
    };
    if (findAccess(call.method)?.audit === true) {
      for (const details of (entered?.audit ?? new AuditTrail()).lines()) {
        this.#deps.log.info('API accessed', { type: 'audit', ...fields, ...details });
      }
    } else if (code === 'INTERNAL') this.#deps.log.error('Call failed', fields);
    else this.#deps.log.debug('Call answered', fields);
  }

  /** What another server has committed may change a refusal; that an agent was banned holds while nobody can be asked. */
  async #refreshUnless(isSettled: boolean): Promise<void> {
    try {
      await this.#deps.registry.refresh();
    } catch (error) {
      if (!isSettled) throw error;
    }
  }

  /** What is in memory goes on to be served without the database, but not for ever. */
  #checkStaleness(method: string): void {
    const { registry, maxStaleMs, clock, log } = this.#deps;
    const since = registry.staleSince;
    if (since === undefined || clock.now().getTime() - since.getTime() <= maxStaleMs) return;
    log.warn('Call refused', { method, why: 'the database has not answered for too long', since });
    throw unavailable('the datastore has not answered for too long');
  }

  /** Of several calls that show the renewed X509-SVID at once, one promotes it; for the others it is the current one. */
  async #promote({ id, renewed }: NonNullable<ServerCall['agent']>): Promise<void> {
    if (renewed === undefined) return;
    let promoted = false;
    try {
      promoted = await this.#deps.agents.promote(id, renewed.serialNumber);
    } catch (error) {
      // Both X509-SVIDs are good until one of the next calls promotes this one.
      this.#deps.log.warn('Renewed agent SVID could not be promoted', { agent_id: id, error });
    }
    if (promoted) {
      const fields = { agent_id: id, serial_number: renewed.serialNumber };
      this.#deps.log.info('Agent uses its renewed SVID', fields);
    }
  }
}

const rolesOf = (call: ServerCall | undefined) =>
  call?.restriction === undefined ? {} : { roles: call.restriction.roles };

/**
 * One text for all, as SPIRE's clients know it, and which role would do where roles are given; agents learn more from the
 * details.
 */
export function refusal(
  method: string,
  reason: PermissionDeniedReason | undefined,
  wanted: readonly Role[] = [],
): Error {
  const roles = wanted.length === 0 ? '' : `: it takes the role ${wanted.join(', or ')}`;
  const message = `authorization denied for method ${method}${roles}`;
  return reason === undefined ? permissionDenied(message) : denial(message, reason);
}
