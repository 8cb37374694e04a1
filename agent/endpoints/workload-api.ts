import { parseAudience } from '@vouchsafe/pki/jwt/audience';
import { PkiError } from '@vouchsafe/pki/errors';
import { parseWorkloadId } from '@vouchsafe/pki/spiffe-id';
import type { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import type { ServiceHandlers } from '@vouchsafe/proto/services';
import type { Clock } from '../../runtime/clock.ts';
import type { Log } from '../../runtime/log.ts';
import type { Implementation } from '../../runtime/rpc/adapter.ts';
import {
  invalidArgument,
  permissionDenied,
  unavailable,
  unimplemented,
} from '../../runtime/rpc/status.ts';
import { audienceRefusal } from '../../runtime/entry-attributes.ts';
import type { BundleCache } from '../cache/bundle-cache.ts';
import type { EntryIndex } from '../cache/entry-index.ts';
import type { RegistrationEntry } from '../cache/entry.ts';
import { entitlement } from '../cache/identities.ts';
import type { SvidCache } from '../cache/svid-cache.ts';
import { mapConcurrently } from '../sync/concurrently.ts';
import { bundleMessages } from './bundle-stream.ts';
import { validateJwtSvid } from './jwt-svid-validation.ts';
import type { Readiness } from './readiness.ts';
import type { WorkloadCall } from './workload-gate.ts';
import { X509SvidStream } from './x509-svid-stream.ts';

/** A caller that is a little early is answered a little later. */
const READY_MS = 5000;
const TOKENS_AT_ONCE = 8;

export type WorkloadApi = Implementation<ServiceHandlers<'workloadApi'>, WorkloadCall>;

export interface WorkloadApiDeps {
  readonly readiness: Readiness;
  readonly index: EntryIndex;
  readonly svids: SvidCache;
  readonly bundles: BundleCache;
  readonly jwtSvids: {
    fetch(entry: RegistrationEntry, audience: readonly string[]): Promise<string>;
  };
  readonly allowUnauthenticatedVerifiers: boolean;
  readonly allowedForeignJwtClaims: readonly string[];
  readonly clock: Clock;
  readonly log: Log;
}

/** The SPIFFE Workload API. Its refusals have the codes and texts that SPIFFE's libraries act on. */
export function workloadApi(deps: WorkloadApiDeps): WorkloadApi {
  const { svids, bundles, log } = deps;
  const bundleDeps = { ...deps, allowUnauthenticated: deps.allowUnauthenticatedVerifiers };
  return {
    FetchX509SVID: async function* (_request, call) {
      await ready(deps, call);
      const subscriber = svids.subscribe();
      try {
        yield* new X509SvidStream(deps, call, subscriber).messages();
      } finally {
        svids.unsubscribe(subscriber);
      }
    },
    FetchX509Bundles: async function* (_request, call) {
      await ready(deps, call);
      yield* bundleMessages(bundleDeps, call, (bundle) => bundles.x509(bundle));
    },
    FetchJWTBundles: async function* (_request, call) {
      await ready(deps, call);
      yield* bundleMessages(bundleDeps, call, (bundle) => bundles.jwks(bundle));
    },
    FetchJWTSVID: async ({ audience, spiffe_id }, call) => {
      const request = { audience: readAudience(audience), spiffeId: readSpiffeId(spiffe_id) };
      await ready(deps, call);
      return { svids: await fetchJwtSvids(deps, call, request) };
    },
    ValidateJWTSVID: async ({ audience, svid }, call) => {
      if (audience === '') throw invalidArgument('audience must be specified');
      if (svid === '') throw invalidArgument('svid must be specified');
      await ready(deps, call);
      const entries = entitlement(deps.index, await call.attest());
      return validateJwtSvid(svid, {
        audience,
        authorities: bundles.jwtAuthorities(entries.flatMap(({ federatesWith }) => federatesWith)),
        ownTrustDomain: bundles.own!.trustDomain,
        allowedForeignClaims: deps.allowedForeignJwtClaims,
        now: deps.clock.now(),
        log,
      });
    },
    FetchWITSVID: () => {
      throw unimplemented('fetching WIT-SVIDs is not implemented');
    },
    FetchWITBundles: () => {
      throw unimplemented('fetching WIT bundles is not implemented');
    },
  };
}

/** @throws RpcError UNAVAILABLE as long as nobody can say who gets what */
async function ready({ readiness }: WorkloadApiDeps, { signal }: WorkloadCall): Promise<void> {
  if (await readiness.wait(READY_MS, signal)) return;
  throw unavailable('this agent has not heard from its server yet');
}

function readAudience(requested: readonly string[]): readonly string[] {
  try {
    return parseAudience(requested);
  } catch (error) {
    if (error instanceof PkiError && error.code === 'PKI_JWT_AUDIENCE_MISSING') {
      throw invalidArgument('audience must be specified');
    }
    throw invalidArgument('invalid audience', error);
  }
}

function readSpiffeId(text: string): SpiffeId | undefined {
  if (text === '') return undefined;
  try {
    return parseWorkloadId(text);
  } catch (error) {
    throw invalidArgument('invalid requested SPIFFE ID', error);
  }
}

interface JwtSvidRequest {
  readonly audience: readonly string[];
  /** All the caller's identities when undefined. */
  readonly spiffeId: SpiffeId | undefined;
}

async function fetchJwtSvids(
  { index, jwtSvids, log }: WorkloadApiDeps,
  call: WorkloadCall,
  { audience, spiffeId }: JwtSvidRequest,
) {
  const entitled = entitlement(index, await call.attest());
  const wanted = entitled.filter((entry) => spiffeId?.equals(entry.spiffeId) ?? true);
  if (wanted.length === 0) throw permissionDenied('no identity issued');
  // The server refuses what the rules forbid. Known here, the other identities of the caller still get theirs, and
  // a token at hand is not given out against a rule that has come since.
  const refusals = wanted.map((entry) => audienceRefusal(entry, audience));
  const entries = wanted.filter((_entry, i) => refusals[i] === undefined);
  if (entries.length === 0) throw permissionDenied(refusals.join('; '));
  try {
    return await mapConcurrently(entries, TOKENS_AT_ONCE, async (entry) => ({
      spiffe_id: entry.spiffeId.toString(),
      svid: await jwtSvids.fetch(entry, audience),
      hint: entry.hint,
    }));
  } catch (error) {
    log.warn('Cannot have a JWT-SVID signed', { error });
    throw unavailable('could not fetch JWT-SVID', error);
  }
}
