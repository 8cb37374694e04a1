import type { Call, Gate, Outcome } from '../../runtime/rpc/call.ts';
import type { Log } from '../../runtime/log.ts';
import { toRpcError } from '../../runtime/rpc/status.ts';

/** Whoever could open the administration socket may call: file permissions have decided. */
export class AdminGate implements Gate<Call> {
  readonly #log: Log;

  constructor({ log }: { readonly log: Log }) {
    this.#log = log;
  }

  enter(call: Call): Call {
    return call;
  }

  leave({ method }: Call, { error, elapsedMs }: Outcome<Call>): void {
    const fields = { method, elapsed_ms: Math.round(elapsedMs) };
    if (error === undefined) this.#log.debug('Answered a call', fields);
    else if (toRpcError(error) === error) this.#log.debug('A call failed', { ...fields, error });
    else this.#log.error('A call failed unexpectedly', { ...fields, error });
  }
}
