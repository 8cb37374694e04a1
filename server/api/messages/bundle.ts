import { TrustBundle } from '@vouchsafe/pki/bundle/trust-bundle';
import type { X509Authority } from '@vouchsafe/pki/bundle/trust-bundle';
import { PkiError } from '@vouchsafe/pki/errors';
import { JwtAuthority } from '@vouchsafe/pki/jwt/jwt-authority';
import type { TrustDomain } from '@vouchsafe/pki/trust-domain';
import { parseCertificate } from '@vouchsafe/pki/x509/certificate';
import type { Bundle, Bundle__Output } from '@vouchsafe/proto/gen/spire/api/types/Bundle';
import type { BundleMask__Output } from '@vouchsafe/proto/gen/spire/api/types/BundleMask';
import type { JWTKey__Output } from '@vouchsafe/proto/gen/spire/api/types/JWTKey';
import type { X509Certificate__Output } from '@vouchsafe/proto/gen/spire/api/types/X509Certificate';
import { applyMask } from './mask.ts';
import { decodeTime, encodeTime } from './time.ts';

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

/** A bundle of this trust domain as a client gives it. @throws when any part of it is not as it must be */
export function decodeBundle(message: Bundle__Output, trustDomain: TrustDomain): TrustBundle {
  const refreshHintSeconds = Number(message.refresh_hint);
  if (refreshHintSeconds < 0 || !Number.isSafeInteger(refreshHintSeconds)) {
    throw new TypeError('the refresh hint is no number of seconds');
  }
  return TrustBundle.of({
    trustDomain,
    x509Authorities: message.x509_authorities.map(decodeX509Authority),
    jwtAuthorities: message.jwt_authorities.map(decodeJwtAuthority),
    sequenceNumber: BigInt(message.sequence_number),
    refreshHintSeconds,
  });
}

/** One certificate; nobody but its own server can say that it is tainted. */
export const decodeX509Authority = ({ asn1 }: X509Certificate__Output): X509Authority => ({
  certificate: parseCertificate(asn1),
  tainted: false,
});

export function decodeJwtAuthority({
  key_id,
  public_key,
  expires_at,
}: JWTKey__Output): JwtAuthority {
  const authority = JwtAuthority.of({
    keyId: key_id,
    publicKeyInfo: public_key,
    expiresAt: decodeTime(expires_at),
  });
  // Nothing is stored that nobody could verify with.
  if (!authority.isUsable) throw new PkiError('PKI_JWT_AUTHORITY_KEY');
  return authority;
}
