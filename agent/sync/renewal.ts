import type { RegistrationEntry } from '../cache/entry.ts';
import type { WorkloadSvid } from '../cache/svid-cache.ts';

/** What is to be signed next is decided from this. */
export interface RenewalView {
  readonly entries: Iterable<RegistrationEntry>;
  readonly find: (entryId: string) => WorkloadSvid | undefined;
  /** Whether somebody is waiting for it, or uses it now. */
  readonly isWanted: (entryId: string) => boolean;
  /** Whether what signed it is about to be revoked, or has been. */
  readonly isTainted: (svid: WorkloadSvid) => boolean;
  /** Whether the last attempt failed and it is too early for another. */
  readonly isDelayed: (entryId: string) => boolean;
  /** How many SVIDs are kept although nobody uses them. */
  readonly keep: number;
}

/** Entries whose X509-SVIDs are to be signed now, the most pressing first. */
export interface RenewalPlan {
  readonly sign: readonly RegistrationEntry[];
  /** Entry IDs of SVIDs that nobody uses and there is no room for, or no entry any more. */
  readonly drop: readonly string[];
  /** When the next SVID is due, of those that need nothing now. */
  readonly nextAt: Date | undefined;
}

/** Why an SVID is no longer what it should be; undefined while it is. */
export type Staleness = 'missing' | 'outdated' | 'tainted' | 'due';

/** How pressing each is: a workload without an SVID waits; one with half its life left does not. */
const PRESSING: readonly Staleness[] = ['missing', 'tainted', 'outdated', 'due'];

export function stalenessOf(
  entry: RegistrationEntry,
  svid: WorkloadSvid | undefined,
  { now, isTainted }: { now: Date; isTainted: (svid: WorkloadSvid) => boolean },
): Staleness | undefined {
  if (svid === undefined) return 'missing';
  if (isTainted(svid)) return 'tainted';
  if (!svid.isOf(entry)) return 'outdated';
  return now >= svid.renewAt ? 'due' : undefined;
}

/**
 * What to sign at `now`: everything that is wanted, and of the rest as much as may be kept ready, in the order of the
 * entries. An SVID for a secret store is never served, so it is not signed either.
 */
export function planRenewals(view: RenewalView, now: Date): RenewalPlan {
  const pressing = new Map<Staleness, RegistrationEntry[]>(PRESSING.map((key) => [key, []]));
  const spare: RegistrationEntry[] = [];
  let kept = 0;
  const drop: string[] = [];
  let nextAt: Date | undefined;
  for (const entry of view.entries) {
    if (entry.storeSvid) continue;
    const svid = view.find(entry.id);
    const isWanted = view.isWanted(entry.id);
    if (!isWanted && svid !== undefined && ++kept > view.keep) {
      drop.push(entry.id);
      continue;
    }
    const staleness = stalenessOf(entry, svid, { now, isTainted: view.isTainted });
    if (staleness === undefined) nextAt = earlier(nextAt, svid!.renewAt);
    if (staleness === undefined || view.isDelayed(entry.id)) continue;
    if (isWanted || svid !== undefined) pressing.get(staleness)!.push(entry);
    else if (entry.prefetch) spare.push(entry);
  }
  const room = Math.max(0, view.keep - kept);
  return { sign: [...pressing.values()].flat().concat(spare.slice(0, room)), drop, nextAt };
}

function earlier(a: Date | undefined, b: Date): Date {
  return a !== undefined && a <= b ? a : b;
}
