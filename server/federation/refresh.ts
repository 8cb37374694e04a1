import { parseSpiffeBundleDocument } from '@vouchsafe/pki/bundle/spiffe-bundle-json';
import type { TrustBundle } from '@vouchsafe/pki/bundle/trust-bundle';
import { describeError } from '../../runtime/errors.ts';
import type { Log } from '../../runtime/log.ts';
import type { BundleStore, BundleWrite } from '../datastore/datastore.ts';
import { fetchBundleDocument } from './bundle-endpoint.ts';
import type { BundleEndpointDeps } from './bundle-endpoint.ts';
import type { FederationRelationship } from './relationship.ts';

export interface BundleRefresherDeps extends BundleEndpointDeps {
  readonly bundles: BundleStore;
  readonly log: Log;
}

/** The bundle could not be fetched, and the one that is known stays. */
export class BundleRefreshError extends Error {
  constructor({ url }: FederationRelationship, cause: unknown) {
    super(`bundle endpoint ${url}: ${describeError(cause)}`, { cause });
    this.name = 'BundleRefreshError';
  }
}

/** Fetches bundles of other trust domains and stores them. */
export class BundleRefresher {
  readonly #deps: BundleRefresherDeps;
  readonly #underWay = new Map<string, Promise<void>>();
  readonly #stop = new AbortController();

  constructor(deps: BundleRefresherDeps) {
    this.#deps = deps;
  }

  /** Who asks while a fetch is under way has its outcome. @throws BundleRefreshError, DatastoreError */
  refresh(relationship: FederationRelationship): Promise<void> {
    const { name } = relationship.trustDomain;
    const underWay = this.#underWay.get(name);
    if (underWay !== undefined) return underWay;
    const started = this.#refresh(relationship).finally(() => this.#underWay.delete(name));
    this.#underWay.set(name, started);
    return started;
  }

  /** Gives up what is under way. */
  async close(): Promise<void> {
    this.#stop.abort(new Error('the server is stopping'));
    await Promise.allSettled(this.#underWay.values());
  }

  async #refresh(relationship: FederationRelationship): Promise<void> {
    const { bundles, log } = this.#deps;
    const { trustDomain, url, profile } = relationship;
    const common = {
      trust_domain: trustDomain.name,
      url,
      profile: profile.kind,
      ...(profile.kind === 'https_spiffe' && { endpoint_id: profile.endpointId.toString() }),
    };
    const fetched = await this.#fetch(relationship).catch((error: unknown) => {
      log.error('Bundle of another trust domain not fetched', { ...common, error });
      throw new BundleRefreshError(relationship, error);
    });
    const change: BundleWrite['change'] = (stored) =>
      newsOf(fetched, stored) === 'older' ? undefined : fetched;
    const known = await bundles.find(trustDomain);
    await bundles.write([{ trustDomain, change }]);
    const sequence_number = fetched.sequenceNumber.toString();
    const [level, message] = MESSAGES[newsOf(fetched, known)];
    log[level](message, { ...common, sequence_number });
  }

  async #fetch(relationship: FederationRelationship): Promise<TrustBundle> {
    const { trustDomain } = relationship;
    const document = await fetchBundleDocument(relationship, this.#deps, this.#stop.signal);
    const { bundle, ignored } = parseSpiffeBundleDocument(document, trustDomain);
    for (const { index, reason } of ignored) {
      this.#deps.log.warn('Key of a fetched bundle left out', {
        trust_domain: trustDomain.name,
        index,
        error: reason,
      });
    }
    return bundle;
  }
}

type News = 'newer' | 'older' | 'contradicting';

const MESSAGES = {
  newer: ['info', 'Bundle of another trust domain fetched'],
  older: ['warn', 'Fetched bundle is older than the one that is known'],
  contradicting: ['warn', 'Fetched bundle has the number of one that was another'],
} as const satisfies Record<News, readonly ['info' | 'warn', string]>;

/**
 * Bundles are ordered by their sequence numbers; without one the last retrieved is the newest, and so it is of those that
 * share a number, which a publisher should not let happen (Trust Domain and Bundle §4.1.1).
 */
function newsOf(fetched: TrustBundle, known: TrustBundle | undefined): News {
  if (known === undefined || fetched.sequenceNumber === 0n) return 'newer';
  if (fetched.sequenceNumber < known.sequenceNumber) return 'older';
  const isSame = fetched.sequenceNumber > known.sequenceNumber || fetched.sameContents(known);
  return isSame ? 'newer' : 'contradicting';
}
