import type { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import { editDistance } from '../../runtime/nearest.ts';
import type { Sliced } from '../../runtime/slices.ts';

/** Two IDs that differ more than this were not mistaken for each other. */
const MAX_DISTANCE = 8;
/** What is compared of a path; the rest of a longer one is not worth the time. */
const MAX_PATH = 256;
const PER_STEP = 25;
const KEPT = 3;

/** Of many SPIFFE IDs the three nearest to one that is not among them, the nearest first. */
export function* nearestIds(wanted: SpiffeId, known: Iterable<SpiffeId>): Sliced<SpiffeId[]> {
  const best = new Map<string, { readonly id: SpiffeId; readonly distance: number }>();
  let compared = 0;
  let limit = MAX_DISTANCE;
  for (const id of known) {
    if (++compared % PER_STEP === 0) yield;
    const distance = idDistance(wanted, id, limit);
    if (distance === Infinity) continue;
    best.set(id.toString(), { id, distance });
    if (best.size <= KEPT) continue;
    best.delete([...best].reduce<Kept>(farther, NEAR)[0]);
    limit = Math.max(...[...best.values()].map(({ distance }) => distance));
  }
  return [...best.values()].sort((a, b) => a.distance - b.distance).map(({ id }) => id);
}

type Kept = readonly [string, { readonly distance: number }];
const NEAR: Kept = ['', { distance: -1 }];
const farther = (a: Kept, b: Kept): Kept => (a[1].distance > b[1].distance ? a : b);

/** Letter case and another trust domain count little, a segment too many or too few as one letter. */
function idDistance(wanted: SpiffeId, id: SpiffeId, most: number): number {
  const a = wanted.path.slice(0, MAX_PATH).toLowerCase();
  const b = id.path.slice(0, MAX_PATH).toLowerCase();
  const domain = wanted.trustDomain.equals(id.trustDomain) ? 0 : 0.5;
  if (a === b) return domain + (wanted.path === id.path ? 0 : 0.5);
  if (isOneSegmentMore(a, b) || isOneSegmentMore(b, a)) return domain + 1;
  const limit = Math.min(Math.ceil(most), Math.max(1, Math.floor(a.length / 3)));
  return domain + editDistance(a, b, limit);
}

const isOneSegmentMore = (longer: string, shorter: string): boolean =>
  longer.startsWith(`${shorter}/`) && !longer.includes('/', shorter.length + 1);
