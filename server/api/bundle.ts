import { TrustDomain } from '@vouchsafe/pki/trust-domain';
import type { ServiceHandlers } from '@vouchsafe/proto/services';
import type { Implementation } from '../../runtime/rpc/adapter.ts';
import { invalidArgument, notFound } from '../../runtime/rpc/status.ts';
import type { Registry } from '../registry.ts';
import { encodeBundle } from './messages/bundle.ts';
import { refusing } from './refusing.ts';
import type { ServerCall } from './server-call.ts';

export interface BundleServiceDeps {
  readonly trustDomain: TrustDomain;
  readonly registry: Registry;
}

type BundleService = Pick<
  Implementation<ServiceHandlers<'bundle'>, ServerCall>,
  'GetBundle' | 'GetFederatedBundle'
>;

/** `spire.api.server.bundle.v1.Bundle`. */
export function bundleService({ trustDomain, registry }: BundleServiceDeps): BundleService {
  return {
    GetBundle({ output_mask }) {
      const bundle = registry.findBundle(trustDomain);
      if (bundle === undefined) throw notFound('bundle not found');
      return encodeBundle(bundle, output_mask);
    },
    GetFederatedBundle(request) {
      const wanted = refusing('trust domain argument is not valid', () =>
        TrustDomain.parse(request.trust_domain),
      );
      if (wanted.equals(trustDomain)) {
        throw invalidArgument(
          "getting a federated bundle for the server's own trust domain is not allowed",
        );
      }
      const bundle = registry.findBundle(wanted);
      if (bundle === undefined) throw notFound('bundle not found');
      return encodeBundle(bundle, request.output_mask);
    },
  };
}
