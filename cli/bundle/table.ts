import type { Bundle__Output } from '@vouchsafe/proto/gen/spire/api/types/Bundle';
import type { Table } from '../output.ts';

export function bundleTable(bundles: readonly Bundle__Output[]): Table {
  return {
    columns: ['TRUST DOMAIN', 'X.509 AUTHORITIES', 'JWT AUTHORITIES', 'SEQUENCE NUMBER'],
    rows: bundles.map((bundle) => [
      bundle.trust_domain,
      String(bundle.x509_authorities.length),
      String(bundle.jwt_authorities.length),
      bundle.sequence_number,
    ]),
  };
}
