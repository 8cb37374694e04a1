import type { Clock } from '../../runtime/clock.ts';
import { permissionDenied, unavailable } from '../../runtime/rpc/status.ts';
import type { BundleCache } from '../cache/bundle-cache.ts';
import type { EntryIndex } from '../cache/entry-index.ts';
import { decide, entitlement, identitiesOf } from '../cache/identities.ts';
import type { Decision, Shown } from '../cache/identities.ts';
import type { SelectorSet } from '../cache/selector-set.ts';
import type { Subscriber } from '../cache/subscriber.ts';
import type { SvidCache } from '../cache/svid-cache.ts';
import type { WorkloadCall } from './workload-gate.ts';
import { draftX509Svids, isSameDraft } from './workload-messages.ts';
import type { Draft, X509SvidMessage } from './workload-messages.ts';

/** How long a caller waits for its SVIDs to be signed before it is told to come back. */
const SIGNING_MS = 10_000;
/** How long an identity that is no longer the caller's stays on show while its successor is signed. */
const WITHDRAWAL_MS = 2000;

export interface X509SvidStreamDeps {
  readonly index: EntryIndex;
  readonly svids: SvidCache;
  readonly bundles: BundleCache;
  readonly clock: Clock;
}

/**
 * One FetchX509SVID: the complete state now and again whenever it differs. What it says is computed when it can be
 * said, so a slow reader gets the latest state and nothing in between. Before each message the caller is attested anew.
 */
export class X509SvidStream {
  readonly #deps: X509SvidStreamDeps;
  readonly #call: WorkloadCall;
  readonly #subscriber: Subscriber;
  #selectors: SelectorSet | undefined;
  #sent: Draft<X509SvidMessage> | undefined;
  #shown: Shown | undefined;
  /** When what is waited for should have come; undefined while nothing is urgent. */
  #dueAt: number | undefined;

  constructor(deps: X509SvidStreamDeps, call: WorkloadCall, subscriber: Subscriber) {
    this.#deps = deps;
    this.#call = call;
    this.#subscriber = subscriber;
  }

  /** @throws RpcError PERMISSION_DENIED without an identity, UNAVAILABLE */
  async *messages(): AsyncGenerator<X509SvidMessage> {
    for (;;) {
      this.#call.signal.throwIfAborted();
      // Looked at with what is known of the caller first: most changes are none for it, and need no attestation.
      if (this.#selectors === undefined || !this.#isSettled(this.#look(this.#selectors))) {
        this.#selectors = await this.#call.attest();
      }
      const decision = this.#look(this.#selectors);
      if (decision.kind === 'deny') throw permissionDenied('no identity issued');
      if (decision.kind === 'send') {
        this.#dueAt = undefined;
        const draft = draftX509Svids(decision.identities, this.#deps.bundles);
        if (!isSameDraft(this.#sent, draft)) {
          this.#remember(draft, decision);
          yield draft.message;
          continue; // by the time it is sent there may be news
        }
      }
      await this.#wait(decision);
    }
  }

  /** Whether the caller need not be attested, as there is nothing to say to it. */
  #isSettled(decision: Decision): boolean {
    if (decision.kind === 'wait') return true;
    if (decision.kind === 'deny') return false;
    return isSameDraft(this.#sent, draftX509Svids(decision.identities, this.#deps.bundles));
  }

  #look(selectors: SelectorSet): Decision {
    const { index, svids, clock } = this.#deps;
    const entries = entitlement(index, selectors);
    const identities = identitiesOf(entries, svids);
    this.#subscriber.interest = { selectors, entryIds: entries.map(({ id }) => id) };
    svids.request(entries.filter((entry) => svids.find(entry.id) === undefined));
    const now = clock.now();
    const isOverdue = this.#dueAt !== undefined && now.getTime() >= this.#dueAt;
    return decide(identities, { shown: this.#shown, isOverdue, now });
  }

  #remember(draft: Draft<X509SvidMessage>, { identities }: Decision & { kind: 'send' }): void {
    this.#sent = draft;
    this.#shown = new Map(identities.map(({ entry, svid }) => [entry.id, svid.spiffeId]));
  }

  /** @throws RpcError UNAVAILABLE when the first message is overdue */
  async #wait(decision: Decision): Promise<void> {
    const { signal } = this.#call;
    if (decision.kind !== 'wait' || !decision.isUrgent) {
      this.#dueAt = undefined;
      await this.#subscriber.changed(signal);
      return;
    }
    const { clock } = this.#deps;
    const now = clock.now().getTime();
    const isFirst = this.#shown === undefined;
    this.#dueAt ??= now + (isFirst ? SIGNING_MS : WITHDRAWAL_MS);
    if (now >= this.#dueAt) throw unavailable('the X509-SVIDs are not signed yet');
    await this.#subscriber.changedWithin(this.#dueAt - now, { signal, clock });
  }
}
