import type { TrustBundle } from '@vouchsafe/pki/bundle/trust-bundle';
import type { Bundle } from '@vouchsafe/proto/gen/spire/api/types/Bundle';
import type { BundleMask__Output } from '@vouchsafe/proto/gen/spire/api/types/BundleMask';
import { applyMask } from './mask.ts';
import { encodeTime } from './time.ts';

/** Authorities keep their order: clients take another order for another bundle. */
export function encodeBundle(bundle: TrustBundle, mask: BundleMask__Output | null): Bundle {
  const message: Bundle = {
    trust_domain: bundle.trustDomain.name,
    x509_authorities: bundle.x509Authorities.map(({ certificate, tainted }) => ({
      asn1: certificate.raw,
      tainted,
    })),
    jwt_authorities: bundle.jwtAuthorities.map((authority) => ({
      public_key: authority.publicKeyInfo,
      key_id: authority.keyId,
      expires_at: encodeTime(authority.expiresAt),
      tainted: authority.tainted,
    })),
    refresh_hint: String(bundle.refreshHintSeconds),
    sequence_number: bundle.sequenceNumber.toString(),
  };
  return applyMask(message, mask, 'trust_domain');
}
