import type { Selector } from '@vouchsafe/pki/selector';
import type { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import type { TrustDomain } from '@vouchsafe/pki/trust-domain';
import type { EntryAttributes } from '../../runtime/entry-attributes.ts';

/** A registration entry as an agent knows it: who gets which identity here. */
export interface RegistrationEntry {
  readonly id: string;
  readonly spiffeId: SpiffeId;
  /** All of them must be the caller's; at least one. */
  readonly selectors: readonly Selector[];
  readonly federatesWith: readonly TrustDomain[];
  /** Tells several identities of one workload apart; may be empty. */
  readonly hint: string;
  /** Unix seconds; 0 from servers that do not say. */
  readonly createdAt: number;
  /** Differs after every update. */
  readonly revision: string;
  /** Its SVID goes to a secret store and is never served to a caller. */
  readonly storeSvid: boolean;
  /** Whether its X509-SVID is signed before anybody asks for it. */
  readonly prefetch: boolean;
  /** Its JWT-SVIDs have a `jti` each, so none may be handed out twice. */
  readonly jwtIncludesId: boolean;
  /** What SPIRE's message of an entry has no field for; undefined when there is none of it. */
  readonly attributes: EntryAttributes | undefined;
}

/**
 * The identities of one workload in the order it gets them, of which the first is its default: those without a hint
 * first, then by age, the oldest first, then by ID. So an operator chooses the default by giving all others a hint, and
 * a new entry changes nobody's default. Of entries with the same hint the oldest is kept, of the same age the one with
 * the lowest ID.
 */
export function orderEntries(entries: readonly RegistrationEntry[]): readonly RegistrationEntry[] {
  if (entries.length < 2) return entries;
  const hints = new Set<string>();
  const byAge = [...entries].sort(compareAge).filter(({ hint }) => {
    if (hint === '') return true;
    if (hints.has(hint)) return false;
    hints.add(hint);
    return true;
  });
  return [...byAge.filter(({ hint }) => hint === ''), ...byAge.filter(({ hint }) => hint !== '')];
}

function compareAge(a: RegistrationEntry, b: RegistrationEntry): number {
  return a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1);
}
