import { BACKDATE_MS } from '../credential/validity.ts';
import type { AuthorityStatus } from '../datastore/datastore.ts';
import type { Authority, SlotName } from './authority.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
/** An authority is published this long before it may be needed, at half its life or this much before its end. */
const MAX_PREPARE_AHEAD_MS = 30 * DAY_MS;
/** What is left of an authority's life when it hands over: a sixth, or this. It is the longest TTL never cut short. */
const MAX_ACTIVATE_AHEAD_MS = 7 * DAY_MS;

export interface AuthoritySlot<A extends Authority> {
  readonly slot: SlotName;
  readonly status: AuthorityStatus;
  readonly authority: A;
}

/** The authority that signs, and beside it the next one (prepared) or the last one (old). */
export interface AuthoritySlots<A extends Authority> {
  readonly current: AuthoritySlot<A> | undefined;
  readonly next: AuthoritySlot<A> | undefined;
}

type Lifetime = Pick<Authority, 'issuedAt' | 'expiresAt'>;

/** When the successor is to be prepared, that is published. */
export const prepareAt = (authority: Lifetime): Date =>
  beforeEnd(authority, { share: 2, maxMs: MAX_PREPARE_AHEAD_MS });

/** When the successor is to sign in its place. */
export const activateAt = (authority: Lifetime): Date =>
  beforeEnd(authority, { share: 6, maxMs: MAX_ACTIVATE_AHEAD_MS });

/** Whether what it signs now is proven by it now: a clock that ran ahead and was set back leaves authorities of the future. */
export const isInForce = ({ issuedAt, expiresAt }: Lifetime, now: Date): boolean =>
  issuedAt.getTime() - BACKDATE_MS <= now.getTime() && now < expiresAt;

function beforeEnd(
  { issuedAt, expiresAt }: Lifetime,
  { share, maxMs }: { share: number; maxMs: number },
): Date {
  const lifetimeMs = expiresAt.getTime() - issuedAt.getTime();
  return new Date(expiresAt.getTime() - Math.min(lifetimeMs / share, maxMs));
}

/** What is due: one step; the state after it may ask for another at once. */
export type RotationStep =
  /** A first authority, signing from the moment it is published: there is nothing that could until then. */
  'establish' | 'prepare' | 'activate' | 'none';

export function nextStep<A extends Authority>(slots: AuthoritySlots<A>, now: Date): RotationStep {
  const { current, next } = slots;
  const isPrepared = next?.status === 'prepared' && isInForce(next.authority, now);
  if (current === undefined || !isInForce(current.authority, now)) {
    return isPrepared ? 'activate' : 'establish';
  }
  if (now <= prepareAt(current.authority)) return 'none';
  if (!isPrepared) return 'prepare';
  return now > activateAt(current.authority) ? 'activate' : 'none';
}

/** When the next step will be due, if none is now; undefined when one is due at once. */
export function nextStepAt<A extends Authority>({
  current,
  next,
}: AuthoritySlots<A>): Date | undefined {
  if (current === undefined) return undefined;
  return next?.status === 'prepared' ? activateAt(current.authority) : prepareAt(current.authority);
}

export const otherSlot = (slot: SlotName): SlotName => (slot === 'A' ? 'B' : 'A');
