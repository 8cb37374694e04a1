import { nearest } from './nearest.ts';

/** What the JWT-SVIDs of a registration entry may be for. */
export interface AudienceRules {
  /** The audiences that they may name; any when empty. */
  readonly allow: readonly string[];
  /** How many audiences one of them may name; 0 for any number. */
  readonly maxCount: number;
  /** The longest that one lives; 0 for no limit of its own. */
  readonly maxTtlSeconds: number;
}

/** Enough to see which kind of audience is meant. */
const MAX_LISTED = 5;

/** Why these rules forbid a JWT-SVID for this audience; undefined when they do not. */
export function audienceProblem(
  audience: readonly string[],
  { allow, maxCount }: AudienceRules,
): string | undefined {
  const distinct = new Set(audience);
  if (maxCount > 0 && distinct.size > maxCount) {
    const most = maxCount === 1 ? 'one audience' : `${maxCount} audiences`;
    return `a JWT-SVID of it names at most ${most}, and not ${distinct.size}`;
  }
  const other = allow.length === 0 ? undefined : audience.find((one) => !allow.includes(one));
  if (other === undefined) return undefined;
  const near = nearest(other, allow);
  const listed = allow.slice(0, MAX_LISTED).map((one) => JSON.stringify(one));
  const rest = allow.length > MAX_LISTED ? ` and ${allow.length - MAX_LISTED} more` : '';
  const meant = near === undefined ? '' : `; nearest: ${JSON.stringify(near)}`;
  return `audience ${JSON.stringify(other.slice(0, 255))} is not among those allowed, ${listed.join(', ')}${rest}${meant}`;
}

/** How long a JWT-SVID lives that would live `ttlSeconds` without rules. */
export const cappedTtl = (ttlSeconds: number, rules: AudienceRules | undefined): number =>
  rules === undefined || rules.maxTtlSeconds === 0
    ? ttlSeconds
    : Math.min(ttlSeconds, rules.maxTtlSeconds);
