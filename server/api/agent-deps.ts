import type { TrustDomain } from '@vouchsafe/pki/trust-domain';
import type { ServiceHandlers } from '@vouchsafe/proto/services';
import type { Clock } from '../../runtime/clock.ts';
import type { Log } from '../../runtime/log.ts';
import type { Implementation } from '../../runtime/rpc/adapter.ts';
import type { NodeAttestor } from '../attestation/node-attestor.ts';
import type { CertificateAuthority } from '../ca/certificate-authority.ts';
import type { Datastore } from '../datastore/datastore.ts';
import type { Registry } from '../registry.ts';
import type { CsrTexts } from './csr.ts';
import type { ServerCall } from './server-call.ts';

export interface AgentServiceDeps {
  readonly trustDomain: TrustDomain;
  readonly attestors: readonly NodeAttestor[];
  readonly authority: CertificateAuthority;
  readonly datastore: Pick<Datastore, 'agents' | 'joinTokens'>;
  readonly registry: Registry;
  readonly agentTtlSeconds: number;
  readonly clock: Clock;
  readonly log: Log;
}

export type AgentService = Implementation<ServiceHandlers<'agent'>, ServerCall>;

export const AGENT_CSR: CsrTexts = {
  missing: 'missing CSR',
  malformed: 'failed to parse CSR',
  unproven: 'failed to verify CSR signature',
};
