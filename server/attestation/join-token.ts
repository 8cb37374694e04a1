import { createHash, randomUUID } from 'node:crypto';
import type { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import type { TrustDomain } from '@vouchsafe/pki/trust-domain';
import type { Clock } from '../../runtime/clock.ts';
import { invalidArgument, permissionDenied } from '../../runtime/rpc/status.ts';
import type { JoinTokenState, JoinTokenStore } from '../datastore/datastore.ts';
import { agentId } from '../registration/reserved-ids.ts';
import type { Attestation, Evidence, NodeAttestor } from './node-attestor.ts';

const TYPE = 'join_token';
/** Longer than any token of ours or of an operator's taste; the agent ID has to hold it. */
const MAX_TOKEN_BYTES = 255;

export interface JoinTokenAttestorDeps {
  readonly trustDomain: TrustDomain;
  readonly tokens: JoinTokenStore;
  readonly clock: Clock;
}

/** Attests an agent that holds a token an operator made for it. A token is good for one key. */
export class JoinTokenAttestor implements NodeAttestor {
  readonly type = TYPE;
  readonly #deps: JoinTokenAttestorDeps;

  constructor(deps: JoinTokenAttestorDeps) {
    this.#deps = deps;
  }

  async attest({ payload, publicKeyInfo }: Evidence): Promise<Attestation> {
    const { trustDomain, tokens, clock } = this.#deps;
    const hash = sha256(payload);
    const publicKeyHash = sha256(publicKeyInfo);
    refuseUnless(await tokens.check(hash, publicKeyHash, clock.now()));
    return {
      // Only now: before its hash matched, the token is any bytes that anybody sent.
      id: agentIdOf(Buffer.from(payload).toString(), trustDomain),
      selectors: [],
      canReattest: false,
      record: async (agent) => {
        refuseUnless(await tokens.attest({ hash, publicKeyHash, agent }, clock.now()));
      },
    };
  }
}

const REFUSALS: Readonly<Record<JoinTokenState, (() => Error) | undefined>> = {
  usable: undefined,
  // A token that was never made and one that was used are one to whoever guesses.
  unknown: () =>
    invalidArgument('failed to attest: join token does not exist or has already been used'),
  expired: () => invalidArgument('join token expired'),
  banned: () => permissionDenied('failed to attest: agent is banned'),
};

function refuseUnless(state: JoinTokenState): void {
  const refusal = REFUSALS[state];
  if (refusal !== undefined) throw refusal();
}

/** A token as an operator asked for it, or a new one. @throws when it cannot be part of an agent ID */
export function makeToken(wanted: string, trustDomain: TrustDomain): string {
  if (wanted === '') return randomUUID();
  if (Buffer.byteLength(wanted) > MAX_TOKEN_BYTES) throw new TypeError('token is too long');
  agentIdOf(wanted, trustDomain);
  return wanted;
}

/** The ID of the agent that a token will attest; it contains the token, which by then is worthless. */
export const agentIdOf = (token: string, trustDomain: TrustDomain): SpiffeId =>
  agentId(trustDomain, TYPE, token);

/** What is kept of a token. A random one has no need of a slower hash; a chosen one is as good as it was chosen. */
export const hashToken = (token: string): string => sha256(Buffer.from(token));

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
