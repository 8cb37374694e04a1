import type { FederationRelationship__Output } from '@vouchsafe/proto/gen/spire/api/types/FederationRelationship';
import type { Table } from '../output.ts';

export function relationshipTable(relationships: readonly FederationRelationship__Output[]): Table {
  return {
    columns: ['TRUST DOMAIN', 'ENDPOINT', 'PROFILE', 'ENDPOINT ID', 'BUNDLE'],
    rows: relationships.map((relationship) => [
      relationship.trust_domain,
      relationship.bundle_endpoint_url,
      relationship.bundle_endpoint_profile ?? '',
      relationship.https_spiffe?.endpoint_spiffe_id ?? '',
      relationship.trust_domain_bundle
        ? `stored, number ${relationship.trust_domain_bundle.sequence_number}`
        : 'none yet',
    ]),
  };
}
