import { TrustDomain } from '@vouchsafe/pki/trust-domain';
import type {
  FederationRelationship as Message,
  FederationRelationship__Output,
} from '@vouchsafe/proto/gen/spire/api/types/FederationRelationship';
import type { FederationRelationshipMask__Output } from '@vouchsafe/proto/gen/spire/api/types/FederationRelationshipMask';
import type { ServiceHandlers } from '@vouchsafe/proto/services';
import type { Implementation } from '../../runtime/rpc/adapter.ts';
import { failed, invalidArgument, notFound } from '../../runtime/rpc/status.ts';
import type { RelationshipStore } from '../datastore/datastore.ts';
import { BundleRefreshError } from '../federation/refresh.ts';
import type { BundleRefresher } from '../federation/refresh.ts';
import type {
  FederationRelationship,
  NewRelationship,
  RelationshipUpdate,
} from '../federation/relationship.ts';
import type { Registry } from '../registry.ts';
import { attempt } from './attempt.ts';
import { encodeBundle } from './messages/bundle.ts';
import { decodeRelationship, encodeRelationship } from './messages/relationship.ts';
import { encodeFailure, OK } from './messages/status.ts';
import { namedPageOf } from './page.ts';
import { refusing } from './refusing.ts';
import type { ServerCall } from './server-call.ts';

export interface TrustDomainServiceDeps {
  readonly trustDomain: TrustDomain;
  readonly registry: Registry;
  readonly relationships: RelationshipStore;
  readonly refresher: Pick<BundleRefresher, 'refresh'>;
}

type Mask = FederationRelationshipMask__Output | null;
type Service = Implementation<ServiceHandlers<'trustDomain'>, ServerCall>;
type Reading = 'ListFederationRelationships' | 'GetFederationRelationship';
type Writing = 'BatchCreateFederationRelationship' | 'BatchUpdateFederationRelationship';

/** `spire.api.server.trustdomain.v1.TrustDomain`: where the bundles of other trust domains come from. */
export function trustDomainService(deps: TrustDomainServiceDeps): Service {
  return {
    ...reading(deps),
    ...writing(deps),
    BatchDeleteFederationRelationship: batchDelete(deps),
    RefreshBundle: refreshBundle(deps),
  };
}

function reading(deps: TrustDomainServiceDeps): Pick<Service, Reading> {
  const { relationships } = deps;
  return {
    async ListFederationRelationships({ output_mask, ...request }) {
      const { items, nextPageToken } = namedPageOf(await relationships.all(), request);
      return {
        federation_relationships: items.map((one) => encode(deps, one, output_mask)),
        next_page_token: nextPageToken,
      };
    },
    async GetFederationRelationship({ trust_domain, output_mask }) {
      const relationship = await relationships.find(parseTrustDomain(trust_domain));
      if (relationship === undefined) throw notFound('federation relationship does not exist');
      return encode(deps, relationship, output_mask);
    },
  };
}

function writing(deps: TrustDomainServiceDeps): Pick<Service, Writing> {
  const { relationships, trustDomain: own } = deps;
  return {
    async BatchCreateFederationRelationship({ federation_relationships, output_mask }, call) {
      const given = federation_relationships.map((message) =>
        attempt(() => {
          const decoded = decode(message);
          if (!decoded.relationship.trustDomain.equals(own)) return decoded;
          throw invalidArgument('unable to create federation relationship for server trust domain');
        }),
      );
      const outcomes = await eachValid(given, (valid) => relationships.create(valid));
      const made = outcomes.map((outcome, at) => {
        if (outcome instanceof Error) return outcome;
        const { relationship } = given[at] as NewRelationship;
        return outcome ? relationship : alreadyThere(relationship);
      });
      return resultsOf(deps, call, { messages: federation_relationships, made, output_mask });
    },
    async BatchUpdateFederationRelationship(request, call) {
      const { federation_relationships, input_mask, output_mask } = request;
      const given = federation_relationships.map((message) =>
        // All of it has to be valid, whatever the mask leaves out.
        attempt(() => masked(decode(message), input_mask)),
      );
      const outcomes = await eachValid(given, (valid) => relationships.update(valid));
      const missing = failed(
        'failed to update federation relationship: unable to fetch federation relationship: record not found',
      );
      const made = outcomes.map((outcome) => outcome ?? missing);
      return resultsOf(deps, call, { messages: federation_relationships, made, output_mask });
    },
  };
}

const alreadyThere = ({ trustDomain }: FederationRelationship): Error =>
  failed(
    `failed to create federation relationship: there is one with trust domain "${trustDomain.name}"`,
  );

function masked({ relationship, bundle }: NewRelationship, mask: Mask): RelationshipUpdate {
  const { trustDomain, url, profile } = relationship;
  return {
    trustDomain,
    changes: {
      ...((mask === null || mask.bundle_endpoint_url) && { url }),
      ...((mask === null || mask.bundle_endpoint_profile) && { profile }),
    },
    bundle: mask === null || mask.trust_domain_bundle ? bundle : undefined,
  };
}

/** The outcome of each that is valid, and the refusal of each that is not, in order. */
async function eachValid<T, R>(
  given: readonly (T | Error)[],
  work: (valid: readonly T[]) => Promise<readonly R[]>,
): Promise<(R | Error)[]> {
  const valid = given.filter((one): one is T => !(one instanceof Error));
  const outcomes = (valid.length === 0 ? [] : await work(valid)).values();
  return given.map((one) => (one instanceof Error ? one : (outcomes.next().value as R)));
}

interface Outcomes {
  readonly messages: readonly FederationRelationship__Output[];
  readonly made: readonly (FederationRelationship | Error)[];
  readonly output_mask: Mask;
}

function resultsOf(
  deps: TrustDomainServiceDeps,
  call: ServerCall,
  { messages, made, output_mask }: Outcomes,
) {
  const results = made.map((outcome, at) => {
    const { trust_domain, bundle_endpoint_url, https_spiffe, bundle_endpoint_profile } =
      messages[at]!;
    call.audit.addItem({
      trust_domain,
      bundle_endpoint_url,
      bundle_endpoint_profile,
      endpoint_spiffe_id: https_spiffe?.endpoint_spiffe_id,
      error: outcome instanceof Error ? outcome : undefined,
    });
    return outcome instanceof Error
      ? { status: encodeFailure(outcome), federation_relationship: null }
      : { status: OK, federation_relationship: encode(deps, outcome, output_mask) };
  });
  return { results };
}

function batchDelete({
  relationships,
}: TrustDomainServiceDeps): Service['BatchDeleteFederationRelationship'] {
  return async ({ trust_domains: names }, call) => {
    const wanted = names.map((name) =>
      attempt(() => {
        if (name === '') throw invalidArgument('missing trust domain');
        return parseTrustDomain(name);
      }),
    );
    const outcomes = await eachValid(wanted, (valid) => relationships.delete(valid));
    const results = outcomes.map((outcome, at) => {
      const missing = outcome === true ? undefined : notFound('federation relationship not found');
      const error = outcome instanceof Error ? outcome : missing;
      call.audit.addItem({ trust_domain: names[at], error });
      const trustDomain = wanted[at]!;
      return {
        status: error === undefined ? OK : encodeFailure(error),
        trust_domain: trustDomain instanceof Error ? names[at]! : trustDomain.name,
      };
    });
    return { results };
  };
}

function refreshBundle({
  relationships,
  refresher,
}: TrustDomainServiceDeps): Service['RefreshBundle'] {
  return async ({ trust_domain }, call) => {
    call.audit.set('trust_domain', trust_domain);
    const trustDomain = parseTrustDomain(trust_domain);
    const relationship = await relationships.find(trustDomain);
    if (relationship === undefined) {
      throw notFound(`no relationship with trust domain "${trustDomain.name}"`);
    }
    try {
      await refresher.refresh(relationship);
    } catch (error) {
      throw error instanceof BundleRefreshError ? failed('failed to refresh bundle', error) : error;
    }
    return {};
  };
}

function encode(
  { registry }: TrustDomainServiceDeps,
  relationship: FederationRelationship,
  mask: Mask,
): Message {
  const bundle = registry.findBundle(relationship.trustDomain);
  return encodeRelationship(relationship, bundle && encodeBundle(bundle, null), mask);
}

const decode = (message: FederationRelationship__Output): NewRelationship =>
  refusing('failed to convert federation relationship', () => decodeRelationship(message));

const parseTrustDomain = (text: string): TrustDomain =>
  refusing('failed to parse trust domain', () => TrustDomain.parse(text));
