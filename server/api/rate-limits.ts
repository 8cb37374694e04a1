import type { FullMethodName } from '@vouchsafe/proto/services';
import type { Call } from '../../runtime/rpc/call.ts';
import type { Clock } from '../../runtime/clock.ts';
import { RpcError } from '../../runtime/rpc/status.ts';
import { RateLimit } from '../limits/rate-limit.ts';
import type { SigningCaller } from '../limits/signing-turn.ts';
import { sourceKey } from '../limits/source-key.ts';
import type { ServedService } from './access.ts';
import type { Caller } from './caller.ts';
import type { ServerCall } from './server-call.ts';

/** A number a second. */
export type Rate = number | 'off';

/** Groups of methods that share a limit, as in SPIRE. */
type Group = 'attestation' | 'x509Signing' | 'jwtSigning' | 'publishing' | 'status';

interface Rule {
  readonly group: Group;
  /** What a refusal starts with. */
  readonly refusal: string;
  /** The handler says how many tokens it takes. */
  readonly isCounted?: boolean;
}

const RULES: Readonly<Partial<Record<FullMethodName<ServedService>, Rule>>> = {
  '/spire.api.server.agent.v1.Agent/AttestAgent': {
    group: 'attestation',
    refusal: 'rejecting request due to attest agent rate limiting',
  },
  '/spire.api.server.agent.v1.Agent/RenewAgent': {
    group: 'x509Signing',
    refusal: 'rejecting request due to renew agent rate limiting',
  },
  '/spire.api.server.agent.v1.Agent/PostStatus': {
    group: 'status',
    refusal: 'rejecting request due to post status rate limiting',
  },
  '/spire.api.server.bundle.v1.Bundle/PublishJWTAuthority': {
    group: 'publishing',
    refusal: 'rejecting request due to key publishing rate limiting',
  },
  '/spire.api.server.svid.v1.SVID/BatchNewX509SVID': {
    group: 'x509Signing',
    refusal: 'rejecting request due to certificate signing rate limiting',
    isCounted: true,
  },
  '/spire.api.server.svid.v1.SVID/NewJWTSVID': {
    group: 'jwtSigning',
    refusal: 'rejecting request due to JWT signing request rate limiting',
  },
  '/spire.api.server.svid.v1.SVID/NewDownstreamX509CA': {
    group: 'x509Signing',
    refusal: 'rejecting request due to downstream CA signing rate limit',
  },
};

const STATUS_PER_SECOND = 10;
const PUBLISHING_PER_SECOND = 500;

export interface RateLimitsInit {
  /** For each source address. */
  readonly attestation: Rate;
  /** For each agent, and for each of the two kinds of SVID. */
  readonly signing: Rate;
  readonly clock: Clock;
}

/** Holds back who calls too often; callers on this host are never held back. */
export class RateLimits {
  readonly #limits: Readonly<Record<Group, RateLimit | undefined>>;

  constructor({ attestation, signing, clock }: RateLimitsInit) {
    const limit = (rate: Rate): RateLimit | undefined =>
      rate === 'off' ? undefined : new RateLimit(rate, clock);
    this.#limits = {
      attestation: limit(attestation),
      x509Signing: limit(signing),
      jwtSigning: limit(signing),
      publishing: limit(PUBLISHING_PER_SECOND),
      status: limit(STATUS_PER_SECOND),
    };
  }

  /** Waits at the door, unless the handler is to say how much the call asks for. @throws RpcError RESOURCE_EXHAUSTED */
  async atDoor(call: Call, caller: Caller): Promise<void> {
    const rule = findRule(call.method);
    if (rule !== undefined && rule.isCounted !== true) {
      await this.#wait(rule, { call, caller, count: 1 });
    }
  }

  /** Waits for as much as the call asks for. @throws RpcError RESOURCE_EXHAUSTED */
  async admit(call: ServerCall, count: number): Promise<void> {
    const rule = findRule(call.method);
    if (rule !== undefined) await this.#wait(rule, { call, caller: call.caller, count });
  }

  async #wait(
    { group, refusal }: Rule,
    { call, caller, count }: { call: Call; caller: Caller; count: number },
  ): Promise<void> {
    const key = group === 'attestation' ? sourceOf(caller) : flowOf(caller);
    if (key === undefined) return;
    const { signal, deadline } = call;
    try {
      await this.#limits[group]?.wait(key, { count, signal, deadline });
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      throw new RpcError(error.code, `${refusal}: ${error.message}`, { cause: error });
    }
  }
}

/** Whose turn at the signing keys a call waits for. */
export function signingCaller({ method, caller, signal, deadline }: ServerCall): SigningCaller {
  const refusal = findRule(method)?.refusal ?? 'rejecting request due to signing rate limiting';
  return { flow: flowOf(caller) ?? 'local', signal, deadline, refusal };
}

/** An identity is one caller, however many connections and addresses it has. */
function flowOf(caller: Caller): string | undefined {
  return caller.kind === 'x509' ? caller.id.toString() : sourceOf(caller);
}

const sourceOf = (caller: Caller): string | undefined =>
  caller.kind === 'local' ? undefined : sourceKey(caller.address);

function findRule(method: string): Rule | undefined {
  return Object.hasOwn(RULES, method) ? RULES[method as keyof typeof RULES] : undefined;
}
