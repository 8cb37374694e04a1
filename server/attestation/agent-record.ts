import type { Selector } from '@vouchsafe/pki/selector';
import type { SpiffeId } from '@vouchsafe/pki/spiffe-id';

export interface AgentSvidSerial {
  /** Decimal, as the API shows it. */
  readonly serialNumber: string;
  readonly expiresAt: Date;
}

/** What an attestation says of an agent. */
export interface AttestedAgent {
  readonly id: SpiffeId;
  readonly attestationType: string;
  /** The X509-SVID that is good now; undefined once the agent is banned. */
  readonly current: AgentSvidSerial | undefined;
  /** One that was issued by a renewal and not used yet; the current one stays good until it is. */
  readonly renewed: AgentSvidSerial | undefined;
  readonly canReattest: boolean;
  readonly selectors: readonly Selector[];
  readonly agentVersion: string;
}

/** What the server knows of an attested agent. */
export interface AgentRecord extends AttestedAgent {
  /** Grows with each first attestation; lists and their pages follow it. */
  readonly order: number;
}

export const isBanned = (agent: AgentRecord): boolean => agent.current === undefined;
