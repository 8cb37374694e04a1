import type { TrustBundle } from '@vouchsafe/pki/bundle/trust-bundle';
import type { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import type { TrustDomain } from '@vouchsafe/pki/trust-domain';

/** How a bundle endpoint proves itself (SPIFFE Federation §5.2): by Web PKI, or by an X509-SVID with this very ID. */
export type EndpointProfile =
  { readonly kind: 'https_web' } | { readonly kind: 'https_spiffe'; readonly endpointId: SpiffeId };

/** Where the trust bundle of another trust domain is fetched. */
export interface FederationRelationship {
  readonly trustDomain: TrustDomain;
  /** As it was given: clients compare it with what they gave. */
  readonly url: string;
  readonly profile: EndpointProfile;
}

/** A relationship, with what is known of its trust domain beforehand. */
export interface NewRelationship {
  readonly relationship: FederationRelationship;
  readonly bundle: TrustBundle | undefined;
}

export interface RelationshipUpdate {
  readonly trustDomain: TrustDomain;
  /** The fields to replace. */
  readonly changes: Partial<Pick<FederationRelationship, 'url' | 'profile'>>;
  /** Stored in place of the one there is. */
  readonly bundle: TrustBundle | undefined;
}
