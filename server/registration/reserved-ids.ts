import { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import type { TrustDomain } from '@vouchsafe/pki/trust-domain';

const AGENTS = '/spire/agent';

export const serverId = (trustDomain: TrustDomain): SpiffeId =>
  SpiffeId.of(trustDomain, '/spire/server');

/** The ID of an agent; its parts must be path segments. */
export const agentId = (trustDomain: TrustDomain, type: string, name: string): SpiffeId =>
  SpiffeId.of(trustDomain, `${AGENTS}/${type}/${name}`);

export const isAgentId = (id: SpiffeId): boolean => id.path.startsWith(`${AGENTS}/`);

/** Whether the path is one that only the system itself gives out. */
export const isReserved = (id: SpiffeId): boolean =>
  id.path === '/spire' || id.path.startsWith('/spire/');
