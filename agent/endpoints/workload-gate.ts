import type { Call, Gate, Outcome } from '../../runtime/rpc/call.ts';
import type { Log } from '../../runtime/log.ts';
import { invalidArgument, toRpcError, unavailable } from '../../runtime/rpc/status.ts';
import type { SelectorSet } from '../cache/selector-set.ts';
import type { Peer } from './peer-tracker.ts';

const SECURITY_HEADER = 'workload.spiffe.io';
/** The services whose calls must carry it (SPIFFE Workload Endpoint §4). */
const PROTECTED = '/SpiffeWorkloadAPI/';
/** Each open call costs some 30 kB. */
const MAX_CALLS = 32_768;
const MAX_CALLS_PER_UID = MAX_CALLS / 2;

/** A call by a local process. */
export interface WorkloadCall extends Call {
  readonly caller: Peer;
  /** What can be said about the caller now. @throws RpcError UNAVAILABLE */
  attest(): Promise<SelectorSet>;
}

export interface WorkloadGateDeps {
  readonly tracker: { find(key: string): Peer | undefined };
  readonly attestation: { attest(peer: Peer): Promise<SelectorSet> };
  readonly log: Log;
}

/** Lets calls through that come from a known process and, for the Workload API, say that they mean it. */
export class WorkloadGate implements Gate<WorkloadCall> {
  readonly #deps: WorkloadGateDeps;
  readonly #callsOf = new Map<number, number>();
  #calls = 0;

  constructor(deps: WorkloadGateDeps) {
    this.#deps = deps;
  }

  /** @throws RpcError INVALID_ARGUMENT without the security header, UNAVAILABLE */
  enter(call: Call): WorkloadCall {
    // Whoever can be made to send a request somewhere (SSRF) can seldom be made to add a header of the attacker's.
    if (call.method.startsWith(PROTECTED) && !hasSecurityHeader(call)) {
      throw invalidArgument('security header missing from request');
    }
    const caller = this.#deps.tracker.find(call.peer);
    if (caller?.isAlive() !== true) throw unavailable('the process behind this call has gone');
    this.#admit(caller.uid);
    return { ...call, caller, attest: () => this.#deps.attestation.attest(caller) };
  }

  leave(call: Call, { entered, error, elapsedMs }: Outcome<WorkloadCall>): void {
    const outcome = { method: call.method, elapsed_ms: Math.round(elapsedMs) };
    if (entered === undefined) {
      this.#deps.log.debug('Refused a call', { ...outcome, error });
      return;
    }
    const { pid, uid } = entered.caller;
    this.#release(uid);
    if (error === undefined) this.#deps.log.debug('Answered a call', { ...outcome, pid, uid });
    else this.#report(error, { ...outcome, pid, uid });
  }

  /** Only what somebody must look at is more than a detail: that callers are refused is everyday life. */
  #report(error: unknown, fields: Readonly<Record<string, unknown>>): void {
    const { log } = this.#deps;
    if (toRpcError(error) === error) log.debug('A call failed', { ...fields, error });
    else log.error('A call failed unexpectedly', { ...fields, error });
  }

  #admit(uid: number): void {
    const own = this.#callsOf.get(uid) ?? 0;
    if (this.#calls >= MAX_CALLS || own >= MAX_CALLS_PER_UID) {
      throw unavailable('too many calls are open');
    }
    this.#calls++;
    this.#callsOf.set(uid, own + 1);
  }

  #release(uid: number): void {
    this.#calls--;
    const left = this.#callsOf.get(uid)! - 1;
    if (left === 0) this.#callsOf.delete(uid);
    else this.#callsOf.set(uid, left);
  }
}

/** Exactly once, exactly `true`. Sent twice it arrives as one value with a comma. */
function hasSecurityHeader({ metadata }: Call): boolean {
  const values = metadata.get(SECURITY_HEADER);
  return values.length === 1 && values[0] === 'true';
}
