import { orderEntries } from './entry.ts';
import type { RegistrationEntry } from './entry.ts';
import type { EntryIndex } from './entry-index.ts';
import type { SelectorSet } from './selector-set.ts';
import type { SvidCache, WorkloadSvid } from './svid-cache.ts';

/** One identity that a workload is entitled to. */
export interface Identity {
  readonly entry: RegistrationEntry;
  /** Undefined until it is signed. */
  readonly svid: WorkloadSvid | undefined;
}

/** The entries that give a workload with these selectors an identity, its default first. */
export function entitlement(
  index: EntryIndex,
  selectors: SelectorSet,
): readonly RegistrationEntry[] {
  // Those for a secret store are delivered there, and to nobody else.
  return orderEntries(index.match(selectors).filter(({ storeSvid }) => !storeSvid));
}

export function identitiesOf(
  entries: readonly RegistrationEntry[],
  svids: SvidCache,
): readonly Identity[] {
  return entries.map((entry) => ({ entry, svid: svids.find(entry.id) }));
}

/** What a stream last showed: the SPIFFE ID by entry ID. */
export type Shown = ReadonlyMap<string, string>;

/** What to do with a stream now. */
export type Decision =
  | { readonly kind: 'send'; readonly identities: readonly SignedIdentity[] }
  | { readonly kind: 'deny' }
  /** `isUrgent`: not for long, since the caller has nothing yet, or something that is no longer its own. */
  | { readonly kind: 'wait'; readonly isUrgent: boolean };

export interface SignedIdentity {
  readonly entry: RegistrationEntry;
  readonly svid: WorkloadSvid;
}

export interface DecisionState {
  /** Undefined before the first message. */
  readonly shown: Shown | undefined;
  /** Whether it has waited as long as it should. */
  readonly isOverdue: boolean;
  readonly now: Date;
}

/**
 * A workload gets all its identities or waits, with two exceptions. What it shows and is not entitled to any more is
 * withdrawn at once, with whatever it has left. And rather than be kept waiting for an update to be signed it gets the
 * SVIDs from before it. An expired SVID is never sent: the stream then stays as it is, until there is a new one.
 */
export function decide(identities: readonly Identity[], state: DecisionState): Decision {
  const { shown, isOverdue, now } = state;
  if (identities.length === 0) return { kind: 'deny' };
  const valid = identities.filter(isSigned).filter((own) => isValid(own, now));
  const isComplete = valid.length === identities.length;
  if (isComplete && valid.every(({ entry, svid }) => svid.isOf(entry))) {
    return { kind: 'send', identities: valid };
  }
  if (isWithdrawn(shown, identities)) {
    if (valid.length > 0) return { kind: 'send', identities: valid };
    return isOverdue ? { kind: 'deny' } : { kind: 'wait', isUrgent: true };
  }
  if (shown !== undefined) return { kind: 'wait', isUrgent: false };
  return isOverdue && isComplete
    ? { kind: 'send', identities: valid }
    : { kind: 'wait', isUrgent: true };
}

function isSigned(identity: Identity): identity is SignedIdentity {
  return identity.svid !== undefined;
}

function isValid({ entry, svid }: SignedIdentity, now: Date): boolean {
  return svid.isFor(entry) && svid.expiresAt > now;
}

function isWithdrawn(shown: Shown | undefined, identities: readonly Identity[]): boolean {
  if (shown === undefined) return false;
  const entitled = new Map(identities.map(({ entry }) => [entry.id, String(entry.spiffeId)]));
  return [...shown].some(([entryId, spiffeId]) => entitled.get(entryId) !== spiffeId);
}
