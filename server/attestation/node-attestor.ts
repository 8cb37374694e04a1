import type { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import type { Selector } from '@vouchsafe/pki/selector';
import type { AgentSvidSerial, AttestedAgent } from './agent-record.ts';

/** A way for an agent to prove which node it runs on. */
export interface NodeAttestor {
  /** As agents name it, such as `join_token`; also the first part of the agent ID's path. */
  readonly type: string;
  /**
   * Judges what the agent presents.
   * @throws RpcError with a text for the agent
   */
  attest(evidence: Evidence): Promise<Attestation>;
}

export interface Evidence {
  readonly payload: Uint8Array;
  /** SubjectPublicKeyInfo, DER, of the key that is to be certified and is proven to be the agent's. */
  readonly publicKeyInfo: Uint8Array;
}

export interface Attestation {
  readonly id: SpiffeId;
  readonly selectors: readonly Selector[];
  /** Whether the agent can prove itself this way again, and so must instead of renewing its SVID. */
  readonly canReattest: boolean;
  /**
   * Records the agent with its first SVID, in one transaction with whatever the attestation uses up.
   * @throws RpcError when it has been used up meanwhile
   */
  record(agent: AttestedAgent & { readonly current: AgentSvidSerial }): Promise<void>;
}
