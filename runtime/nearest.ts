/** Longer than any name there is; the rest of what a user types is not worth its time. */
const MAX_NAME = 64;

/** The known name closest to a mistyped one, if any is close enough to be what was meant. */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  const typed = name.slice(0, MAX_NAME).toLowerCase();
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(typed.length / 3)) + 1;
  for (const candidate of known) {
    const distance = editDistance(typed, candidate.toLowerCase(), bestDistance - 1);
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/**
 * Levenshtein distance, one row at a time; Infinity where it is more than the limit, which bounds the work to the shorter
 * length times the limit.
 */
export function editDistance(a: string, b: string, limit: number): number {
  const [start, endA, endB] = differing(a, b);
  return distanceOf(a.slice(start, endA), b.slice(start, endB), limit);
}

/** Where two texts begin to differ, and where each ends to. */
function differing(a: string, b: string): [start: number, endA: number, endB: number] {
  let [start, endA, endB] = [0, a.length, b.length];
  while (start < endA && start < endB && a[start] === b[start]) start++;
  while (endA > start && endB > start && a[endA - 1] === b[endB - 1])
    [endA, endB] = [endA - 1, endB - 1];
  return [start, endA, endB];
}

function distanceOf(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return Infinity;
  let row = Array.from({ length: b.length + 1 }, (_, j) => (j <= limit ? j : Infinity));
  for (let i = 1; i <= a.length; i++) {
    const next = nextRow(row, { a, b, i, limit });
    if (next === undefined) return Infinity;
    row = next;
  }
  const distance = row[b.length]!;
  return distance > limit ? Infinity : distance;
}

interface Step {
  readonly a: string;
  readonly b: string;
  readonly i: number;
  readonly limit: number;
}

/** Only the band around the diagonal, outside of which all is beyond the limit; undefined when the band is, too. */
function nextRow(row: readonly number[], { a, b, i, limit }: Step): number[] | undefined {
  const next = new Array<number>(b.length + 1).fill(Infinity);
  let least = Infinity;
  const from = Math.max(0, i - limit);
  for (let j = from; j <= Math.min(b.length, i + limit); j++) {
    const substitute = j === 0 ? i : row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
    const insert = j === 0 ? i : next[j - 1]! + 1;
    next[j] = Math.min(substitute, row[j]! + 1, insert);
    least = Math.min(least, next[j]!);
  }
  return least > limit ? undefined : next;
}
