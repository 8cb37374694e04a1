import type { JWTSVID } from '@vouchsafe/proto/gen/spire/api/types/JWTSVID';
import type { X509SVID } from '@vouchsafe/proto/gen/spire/api/types/X509SVID';
import type { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import type { IssuedJwtSvid, IssuedX509Svid } from '../../ca/certificate-authority.ts';
import { encodeSpiffeId } from './spiffe-id.ts';
import { encodeTime } from './time.ts';

export const encodeX509Svid = ({ spiffeId, chain, expiresAt }: IssuedX509Svid): X509SVID => ({
  id: encodeSpiffeId(spiffeId),
  cert_chain: [...chain],
  expires_at: encodeTime(expiresAt),
});

export const encodeJwtSvid = (spiffeId: SpiffeId, svid: IssuedJwtSvid): JWTSVID => ({
  id: encodeSpiffeId(spiffeId),
  token: svid.token,
  issued_at: encodeTime(svid.issuedAt),
  expires_at: encodeTime(svid.expiresAt),
});
