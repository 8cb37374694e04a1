import type { TrustBundle } from '@vouchsafe/pki/bundle/trust-bundle';
import { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import { TrustDomain } from '@vouchsafe/pki/trust-domain';
import type {
  FederationRelationship as Message,
  FederationRelationship__Output,
} from '@vouchsafe/proto/gen/spire/api/types/FederationRelationship';
import type { FederationRelationshipMask__Output } from '@vouchsafe/proto/gen/spire/api/types/FederationRelationshipMask';
import { checkEndpointUrl } from '../../federation/endpoint-url.ts';
import type {
  EndpointProfile,
  FederationRelationship,
  NewRelationship,
} from '../../federation/relationship.ts';
import { decodeBundle } from './bundle.ts';

/** A profile without settings is still a message that is there: clients take a missing one for an error. */
export function encodeRelationship(
  { trustDomain, url, profile }: FederationRelationship,
  bundle: Message['trust_domain_bundle'],
  mask: FederationRelationshipMask__Output | null,
): Message {
  const isWanted = (field: keyof FederationRelationshipMask__Output): boolean =>
    mask === null || mask[field];
  return {
    trust_domain: trustDomain.name,
    ...(isWanted('bundle_endpoint_url') && { bundle_endpoint_url: url }),
    ...(isWanted('bundle_endpoint_profile') && encodeProfile(profile)),
    ...(isWanted('trust_domain_bundle') && { trust_domain_bundle: bundle ?? null }),
  };
}

const encodeProfile = (profile: EndpointProfile): Message =>
  profile.kind === 'https_web'
    ? { https_web: {} }
    : { https_spiffe: { endpoint_spiffe_id: profile.endpointId.toString() } };

/** A relationship as a client gives it. @throws when any part of it is not as it must be */
export function decodeRelationship(message: FederationRelationship__Output): NewRelationship {
  const trustDomain = naming('failed to parse trust domain', () =>
    TrustDomain.parse(message.trust_domain),
  );
  checkEndpointUrl(message.bundle_endpoint_url);
  const profile = decodeProfile(message);
  return {
    relationship: { trustDomain, url: message.bundle_endpoint_url, profile },
    bundle: decodeOwnBundle(message, trustDomain),
  };
}

function decodeProfile({
  https_web,
  https_spiffe,
}: FederationRelationship__Output): EndpointProfile {
  if (https_spiffe) {
    const endpointId = naming('failed to parse endpoint SPIFFE ID', () =>
      SpiffeId.parse(https_spiffe.endpoint_spiffe_id),
    );
    return { kind: 'https_spiffe', endpointId };
  }
  if (https_web) return { kind: 'https_web' };
  throw new TypeError('unsupported bundle endpoint profile type: <nil>');
}

function decodeOwnBundle(
  { trust_domain_bundle: message }: FederationRelationship__Output,
  trustDomain: TrustDomain,
): TrustBundle | undefined {
  if (!message) return undefined;
  const bundle = naming('failed to parse bundle', () =>
    decodeBundle(message, TrustDomain.parse(message.trust_domain)),
  );
  if (bundle.trustDomain.equals(trustDomain)) return bundle;
  const [its, ours] = [message.trust_domain, trustDomain.name];
  throw new TypeError(
    `trust domain bundle ("${its}") must match the trust domain of the federation relationship ("${ours}")`,
  );
}

function naming<T>(what: string, decode: () => T): T {
  try {
    return decode();
  } catch (cause) {
    throw new TypeError(what, { cause });
  }
}
