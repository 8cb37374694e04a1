import type { TrustBundle, X509Authority } from '@vouchsafe/pki/bundle/trust-bundle';
import type { JwtAuthority } from '@vouchsafe/pki/jwt/jwt-authority';
import { TrustDomain } from '@vouchsafe/pki/trust-domain';
import type { ServiceHandlers } from '@vouchsafe/proto/services';
import type { Implementation } from '../../runtime/rpc/adapter.ts';
import { invalidArgument, notFound, unimplemented } from '../../runtime/rpc/status.ts';
import type { BundleStore } from '../datastore/datastore.ts';
import type { Registry } from '../registry.ts';
import { changingFederatedBundles } from './federated-bundles.ts';
import { decodeJwtAuthority, decodeX509Authority, encodeBundle } from './messages/bundle.ts';
import { namedPageOf } from './page.ts';
import { refusing } from './refusing.ts';
import type { ServerCall } from './server-call.ts';

export interface BundleServiceDeps {
  readonly trustDomain: TrustDomain;
  readonly registry: Registry;
  readonly bundles: BundleStore;
}

type BundleService = Implementation<ServiceHandlers<'bundle'>, ServerCall>;

/** `spire.api.server.bundle.v1.Bundle`. */
export function bundleService(deps: BundleServiceDeps): BundleService {
  return {
    ...readingOwn(deps),
    AppendBundle: appendBundle(deps),
    PublishJWTAuthority: publishJwtAuthority(deps),
    PublishWITAuthority() {
      throw unimplemented('WIT-SVID functionality is not yet implemented');
    },
    ...readingFederated(deps),
    ...changingFederatedBundles(deps),
  };
}

function readingOwn({
  trustDomain,
  registry,
}: BundleServiceDeps): Pick<BundleService, 'GetBundle' | 'CountBundles'> {
  return {
    GetBundle({ output_mask }) {
      const bundle = registry.findBundle(trustDomain);
      if (bundle === undefined) throw notFound('bundle not found');
      return encodeBundle(bundle, output_mask);
    },
    CountBundles: () => ({ count: registry.bundleCount }),
  };
}

/** Authorities that are trusted beside the server's own, such as those of a server that is being replaced. */
function appendBundle(deps: BundleServiceDeps): BundleService['AppendBundle'] {
  return async (request, call) => {
    if (request.x509_authorities.length + request.jwt_authorities.length === 0) {
      throw invalidArgument('no authorities to append');
    }
    const jwt = refusing('failed to convert JWT authority', () =>
      request.jwt_authorities.map(decodeJwtAuthority),
    );
    const x509 = refusing('failed to convert X.509 authority', () =>
      request.x509_authorities.map(decodeX509Authority),
    );
    call.audit.set(
      'x509_authorities',
      x509.map(({ certificate }) => certificate.subjectKeyId ?? ''),
    );
    call.audit.set(
      'jwt_authorities',
      jwt.map(({ keyId }) => keyId),
    );
    const bundle = await append(deps, { x509, jwt }, 'failed to append bundle');
    return encodeBundle(bundle, request.output_mask);
  };
}

/** What servers below this one sign JWT-SVIDs with. */
function publishJwtAuthority(deps: BundleServiceDeps): BundleService['PublishJWTAuthority'] {
  return async ({ jwt_authority: message }, call) => {
    if (message === null) throw invalidArgument('missing JWT authority');
    const authority = refusing('invalid JWT authority', () => decodeJwtAuthority(message));
    call.audit.set('jwt_authority', authority.keyId);
    const given = { x509: [], jwt: [authority] };
    const bundle = await append(deps, given, 'failed to publish JWT authority');
    return { jwt_authorities: encodeBundle(bundle, null).jwt_authorities ?? [] };
  };
}

interface Authorities {
  readonly x509: readonly X509Authority[];
  readonly jwt: readonly JwtAuthority[];
}

/** The own bundle with these. @throws RpcError INVALID_ARGUMENT for one that contradicts what is there */
async function append(
  { trustDomain, bundles }: BundleServiceDeps,
  { x509, jwt }: Authorities,
  ifRefused: string,
): Promise<TrustBundle> {
  let refusal: unknown;
  const bundle = await bundles.update(trustDomain, (before) => {
    const withX509 = x509.reduce((all, authority) => all.appendX509(authority), before);
    try {
      return jwt.reduce((all, authority) => all.appendJwt(authority), withX509);
    } catch (error) {
      refusal = error; // the caller's fault, and not that of the datastore
      return before;
    }
  });
  if (refusal !== undefined) throw invalidArgument(ifRefused, refusal);
  return bundle;
}

function readingFederated({
  trustDomain,
  registry,
}: BundleServiceDeps): Pick<BundleService, 'GetFederatedBundle' | 'ListFederatedBundles'> {
  return {
    GetFederatedBundle(request) {
      const wanted = parseTrustDomain(request.trust_domain);
      if (wanted.equals(trustDomain)) {
        throw invalidArgument(
          "getting a federated bundle for the server's own trust domain is not allowed",
        );
      }
      const bundle = registry.findBundle(wanted);
      if (bundle === undefined) throw notFound('bundle not found');
      return encodeBundle(bundle, request.output_mask);
    },
    ListFederatedBundles({ output_mask, page_size, page_token }) {
      const foreign = [...registry.bundles()].filter((one) => !one.trustDomain.equals(trustDomain));
      const { items, nextPageToken } = namedPageOf(foreign, { page_size, page_token });
      return {
        bundles: items.map((bundle) => encodeBundle(bundle, output_mask)),
        next_page_token: nextPageToken,
      };
    },
  };
}

const parseTrustDomain = (text: string): TrustDomain =>
  refusing('trust domain argument is not valid', () => TrustDomain.parse(text));
