import { TrustBundle } from '@vouchsafe/pki/bundle/trust-bundle';
import { TrustDomain } from '@vouchsafe/pki/trust-domain';
import type { Bundle__Output } from '@vouchsafe/proto/gen/spire/api/types/Bundle';
import type { BundleMask__Output } from '@vouchsafe/proto/gen/spire/api/types/BundleMask';
import type { ServiceHandlers } from '@vouchsafe/proto/services';
import type { Implementation } from '../../runtime/rpc/adapter.ts';
import {
  alreadyExists,
  failedPrecondition,
  invalidArgument,
  notFound,
} from '../../runtime/rpc/status.ts';
import type {
  BundleStore,
  BundleWrite,
  FederatedEntries,
  RemoveBundleOutcome,
} from '../datastore/datastore.ts';
import { attempt } from './attempt.ts';
import { decodeBundle, encodeBundle } from './messages/bundle.ts';
import { encodeFailure, OK } from './messages/status.ts';
import { refusing } from './refusing.ts';
import type { ServerCall } from './server-call.ts';

interface Deps {
  readonly trustDomain: TrustDomain;
  readonly bundles: BundleStore;
}

type FederatedBundleService = Pick<
  Implementation<ServiceHandlers<'bundle'>, ServerCall>,
  | 'BatchCreateFederatedBundle'
  | 'BatchSetFederatedBundle'
  | 'BatchUpdateFederatedBundle'
  | 'BatchDeleteFederatedBundle'
>;

/** The bundles of other trust domains, as operators bring them. */
export function changingFederatedBundles(deps: Deps): FederatedBundleService {
  return {
    BatchCreateFederatedBundle: ({ bundle, output_mask }, call) =>
      writeAll(deps, call, {
        messages: bundle,
        outputMask: output_mask,
        doing: 'creating',
        change: (given) => (stored) => (stored === undefined ? given : undefined),
        unchanged: alreadyExists('bundle already exists'),
      }),
    BatchSetFederatedBundle: ({ bundle, output_mask }, call) =>
      writeAll(deps, call, {
        messages: bundle,
        outputMask: output_mask,
        doing: 'setting',
        change: (given) => () => given,
        unchanged: notFound('bundle not found'),
      }),
    BatchUpdateFederatedBundle: ({ bundle, input_mask, output_mask }, call) =>
      writeAll(deps, call, {
        messages: bundle,
        outputMask: output_mask,
        doing: 'updating',
        change: (given) => (stored) => stored && masked(stored, given, input_mask),
        unchanged: notFound('bundle not found'),
      }),
    BatchDeleteFederatedBundle: batchDelete(deps),
  };
}

interface Writing {
  readonly messages: readonly Bundle__Output[];
  readonly outputMask: BundleMask__Output | null;
  readonly doing: string;
  readonly change: (given: TrustBundle) => BundleWrite['change'];
  /** What it means that a change made nothing. */
  readonly unchanged: Error;
}

async function writeAll({ trustDomain: own, bundles }: Deps, call: ServerCall, writing: Writing) {
  const writes = writing.messages.map((message): BundleWrite | Error =>
    attempt(() => {
      const trustDomain = parseForeign(
        message.trust_domain,
        own,
        `${writing.doing} a federated bundle for the server's own trust domain is not allowed`,
      );
      const given = refusing('failed to convert bundle', () => decodeBundle(message, trustDomain));
      return { trustDomain, change: writing.change(given) };
    }),
  );
  const valid = writes.filter((write): write is BundleWrite => !(write instanceof Error));
  const next = (valid.length === 0 ? [] : await bundles.write(valid)).values();
  const results = writes.map((write, at) => {
    const outcome = write instanceof Error ? write : (next.next().value ?? writing.unchanged);
    const error = outcome instanceof Error ? outcome : undefined;
    call.audit.addItem({ trust_domain: writing.messages[at]!.trust_domain, error });
    return outcome instanceof Error
      ? { status: encodeFailure(outcome), bundle: null }
      : { status: OK, bundle: encodeBundle(outcome, writing.outputMask) };
  });
  return { results };
}

/** What is stored, with what the mask names of what was given; all of it without a mask. */
function masked(
  stored: TrustBundle,
  given: TrustBundle,
  mask: BundleMask__Output | null,
): TrustBundle {
  if (mask === null) return given;
  const of = (isNamed: boolean): TrustBundle => (isNamed ? given : stored);
  return TrustBundle.of({
    trustDomain: stored.trustDomain,
    x509Authorities: of(mask.x509_authorities).x509Authorities,
    jwtAuthorities: of(mask.jwt_authorities).jwtAuthorities,
    refreshHintSeconds: of(mask.refresh_hint).refreshHintSeconds,
    sequenceNumber: of(mask.sequence_number).sequenceNumber,
  });
}

const MODES: Readonly<Record<string, FederatedEntries>> = {
  RESTRICT: 'keep_bundle',
  DELETE: 'delete',
  DISSOCIATE: 'dissociate',
};

function batchDelete({
  trustDomain: own,
  bundles,
}: Deps): FederatedBundleService['BatchDeleteFederatedBundle'] {
  return async ({ trust_domains: names, mode }, call) => {
    const entries = Object.hasOwn(MODES, mode) ? MODES[mode] : undefined;
    if (entries === undefined) {
      throw invalidArgument(`failed to parse deletion mode: unhandled delete mode "${mode}"`);
    }
    const wanted = names.map((name) =>
      attempt(() =>
        parseForeign(name, own, 'removing the bundle for the server trust domain is not allowed'),
      ),
    );
    const valid = wanted.filter((each): each is TrustDomain => !(each instanceof Error));
    const next = (valid.length === 0 ? [] : await bundles.remove(valid, entries)).values();
    const results = wanted.map((each, at) => {
      const error = each instanceof Error ? each : removalFailure(next.next().value!);
      call.audit.addItem({ trust_domain: names[at], mode, error });
      return {
        status: error === undefined ? OK : encodeFailure(error),
        trust_domain: names[at]!,
      };
    });
    return { results };
  };
}

function removalFailure(outcome: RemoveBundleOutcome): Error | undefined {
  switch (outcome.kind) {
    case 'removed':
      return undefined;
    case 'not_found':
      return notFound('bundle not found');
    case 'in_use':
      return failedPrecondition(
        `failed to delete federated bundle: cannot delete bundle; federated with ${outcome.entries} registration entries`,
      );
  }
}

/** Another trust domain than the own one. @throws RpcError INVALID_ARGUMENT */
export function parseForeign(text: string, own: TrustDomain, ifOwn: string): TrustDomain {
  const trustDomain = refusing('trust domain argument is not valid', () => TrustDomain.parse(text));
  if (trustDomain.equals(own)) throw invalidArgument(ifOwn);
  return trustDomain;
}
