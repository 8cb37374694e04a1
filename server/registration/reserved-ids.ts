import { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import type { TrustDomain } from '@vouchsafe/pki/trust-domain';

const AGENTS = '/spire/agent';

export const serverId = (trustDomain: TrustDomain): SpiffeId =>
  SpiffeId.of(trustDomain, '/spire/server');

/**
 * The ID of an agent, of which the node attestor says the last segment.
 * @throws TypeError, PkiError when it is no single path segment
 */
export function agentId(trustDomain: TrustDomain, type: string, name: string): SpiffeId {
  if (name.includes('/')) throw new TypeError('must be a single path segment');
  return SpiffeId.of(trustDomain, `${AGENTS}/${type}/${name}`);
}

export const isAgentId = (id: SpiffeId): boolean => id.path.startsWith(`${AGENTS}/`);

/** Whether it is one that a node attestor of this type may give out. */
export const isAgentIdOf = (id: SpiffeId, trustDomain: TrustDomain, type: string): boolean =>
  id.trustDomain.equals(trustDomain) && id.path.startsWith(`${AGENTS}/${type}/`);

/** Whether the path is one that only the system itself gives out. */
export const isReserved = (id: SpiffeId): boolean =>
  id.path === '/spire' || id.path.startsWith('/spire/');
