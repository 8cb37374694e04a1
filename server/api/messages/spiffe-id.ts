import { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import { TrustDomain } from '@vouchsafe/pki/trust-domain';
import type { SPIFFEID } from '@vouchsafe/proto/gen/spire/api/types/SPIFFEID';
import { isAgentId, isReserved } from '../../registration/reserved-ids.ts';

type Message = { readonly trust_domain: string; readonly path: string } | null;

/** A SPIFFE ID of this trust domain, with a path. */
export function decodeMember(message: Message, trustDomain: TrustDomain): SpiffeId {
  const id = decodeId(message, trustDomain);
  if (id.path === '') throw new TypeError(`${noMember(id, trustDomain)}; path is empty`);
  return id;
}

/** One that an entry may give: none that the system itself gives out. */
export function decodeWorkload(message: Message, trustDomain: TrustDomain): SpiffeId {
  return checkWorkload(decodeId(message, trustDomain), trustDomain);
}

/** @throws TypeError when it is of another trust domain, has no path, or only the system itself gives out such IDs */
export function checkWorkload(id: SpiffeId, trustDomain: TrustDomain): SpiffeId {
  const refuse = (why: string): TypeError =>
    new TypeError(
      `"${id.toString()}" is not a workload in trust domain "${trustDomain.name}"; ${why}`,
    );
  if (!id.trustDomain.equals(trustDomain)) throw new TypeError(noMember(id, trustDomain));
  if (id.path === '') throw refuse('path is empty');
  if (isReserved(id)) throw refuse('path is in the reserved namespace');
  return id;
}

export function decodeAgent(message: Message, trustDomain: TrustDomain): SpiffeId {
  const id = decodeId(message, trustDomain);
  if (isAgentId(id)) return id;
  const why = id.path === '' ? 'path is empty' : 'path is not in the agent namespace';
  throw new TypeError(
    `"${id.toString()}" is not an agent in trust domain "${trustDomain.name}"; ${why}`,
  );
}

function decodeId(message: Message, trustDomain: TrustDomain): SpiffeId {
  if (message === null) throw new TypeError('request must specify SPIFFE ID');
  const id = SpiffeId.of(TrustDomain.parse(message.trust_domain), message.path);
  if (!id.trustDomain.equals(trustDomain)) throw new TypeError(noMember(id, trustDomain));
  return id;
}

const noMember = (id: SpiffeId, trustDomain: TrustDomain): string =>
  `"${id.toString()}" is not a member of trust domain "${trustDomain.name}"`;

export const encodeSpiffeId = (id: SpiffeId): SPIFFEID => ({
  trust_domain: id.trustDomain.name,
  path: id.path,
});
