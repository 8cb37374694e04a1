import type { TrustBundle } from '@vouchsafe/pki/bundle/trust-bundle';
import { permissionDenied } from '../../runtime/rpc/status.ts';
import type { BundleCache } from '../cache/bundle-cache.ts';
import type { EntryIndex } from '../cache/entry-index.ts';
import { entitlement } from '../cache/identities.ts';
import type { SelectorSet } from '../cache/selector-set.ts';
import type { SvidCache } from '../cache/svid-cache.ts';
import type { WorkloadCall } from './workload-gate.ts';
import { draftBundles, isSameDraft } from './workload-messages.ts';
import type { Draft } from './workload-messages.ts';

export interface BundleStreamDeps {
  readonly index: EntryIndex;
  readonly svids: SvidCache;
  readonly bundles: BundleCache;
  /** Whether a caller without an identity gets the own bundle. */
  readonly allowUnauthenticated: boolean;
}

interface BundlesMessage {
  bundles: Record<string, Buffer>;
}

/**
 * One FetchX509Bundles or FetchJWTBundles, as `encode` has it: the bundles that the caller may see, now and again
 * whenever they differ.
 * @throws RpcError PERMISSION_DENIED without an identity, UNAVAILABLE
 */
export async function* bundleMessages(
  { index, svids, bundles, allowUnauthenticated }: BundleStreamDeps,
  call: WorkloadCall,
  encode: (bundle: TrustBundle) => Buffer | undefined,
): AsyncGenerator<BundlesMessage> {
  const look = (selectors: SelectorSet): Draft<BundlesMessage> | undefined => {
    const entries = entitlement(index, selectors);
    subscriber.interest = { selectors, entryIds: [] };
    if (entries.length === 0 && !allowUnauthenticated) return undefined;
    return draftBundles(entries, bundles, encode);
  };
  const subscriber = svids.subscribe();
  try {
    let selectors = await call.attest();
    let sent: Draft<BundlesMessage> | undefined;
    for (;;) {
      call.signal.throwIfAborted();
      const draft = look(selectors);
      if (draft === undefined) throw permissionDenied('no identity issued');
      if (!isSameDraft(sent, draft)) {
        sent = draft;
        yield draft.message;
      }
      await subscriber.changed(call.signal);
      const next = look(selectors);
      if (next === undefined || !isSameDraft(sent, next)) selectors = await call.attest();
    }
  } finally {
    svids.unsubscribe(subscriber);
  }
}
