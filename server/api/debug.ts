import { X509Certificate } from 'node:crypto';
import { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import type { TrustDomain } from '@vouchsafe/pki/trust-domain';
import { parseCertificate } from '@vouchsafe/pki/x509/certificate';
import type { Certificate } from '@vouchsafe/pki/x509/certificate';
import type { GetInfoResponse } from '@vouchsafe/proto/gen/spire/api/server/debug/v1/GetInfoResponse';
import type { ServiceHandlers } from '@vouchsafe/proto/services';
import type { Clock } from '../../runtime/clock.ts';
import type { Implementation } from '../../runtime/rpc/adapter.ts';
import { notFound } from '../../runtime/rpc/status.ts';
import type { ServerSvid } from '../ca/server-svid.ts';
import type { Registry } from '../registry.ts';
import { encodeSpiffeId } from './messages/spiffe-id.ts';
import { encodeTime } from './messages/time.ts';
import type { ServerCall } from './server-call.ts';

export interface DebugDeps {
  readonly trustDomain: TrustDomain;
  readonly registry: Registry;
  readonly svid: Pick<ServerSvid, 'chain'>;
  readonly clock: Clock;
}

type DebugService = Implementation<ServiceHandlers<'serverDebug'>, ServerCall>;
type CertificateInfo = NonNullable<GetInfoResponse['svid_chain']>[number];

/** `spire.api.server.debug.v1.Debug`, which is on the admin socket alone. */
export function debugService({ trustDomain, registry, svid, clock }: DebugDeps): DebugService {
  const startedAt = clock.now().getTime();
  return {
    GetInfo() {
      const bundle = registry.findBundle(trustDomain);
      if (bundle === undefined) throw notFound('trust domain bundle not found');
      const chain = svid.chain.map(parseCertificate);
      const root = bundle.x509Certificates.find((authority) => chain.at(-1)?.isSignedBy(authority));
      return {
        svid_chain: [...chain, ...(root === undefined ? [] : [root])].map(describe),
        uptime: Math.floor((clock.now().getTime() - startedAt) / 1000),
        agents_count: registry.agentCount,
        entries_count: registry.entries.size,
        federated_bundles_count: registry.bundleCount,
      };
    },
  };
}

function describe(certificate: Certificate): CertificateInfo {
  const [uri] = certificate.uriNames;
  const id = uri === undefined ? undefined : SpiffeId.parse(uri);
  return {
    id: id === undefined ? null : encodeSpiffeId(id),
    expires_at: encodeTime(certificate.notAfter),
    subject: showName(new X509Certificate(certificate.raw).subject),
  };
}

/** As Go shows names: `O=SPIRE,C=US`, the last part first (RFC 4514 §2.1). */
function showName(lines: string): string {
  const parts = lines.split('\n').map((line) => {
    const [type = '', ...value] = line.split('=');
    return `${type.toUpperCase()}=${value.join('=')}`;
  });
  return parts.reverse().join(',');
}
