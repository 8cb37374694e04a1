import { invalidArgument } from '../../runtime/rpc/status.ts';

export type MatchBehavior = 'MATCH_EXACT' | 'MATCH_SUBSET' | 'MATCH_SUPERSET' | 'MATCH_ANY';

type Rule = (own: ReadonlySet<string>, wanted: ReadonlySet<string>) => boolean;

const isSubset: Rule = (a, b) => [...a].every((item) => b.has(item));

/** How what something has compares to what was asked for. */
const RULES: Readonly<Record<MatchBehavior, Rule>> = {
  MATCH_EXACT: (own, wanted) => own.size === wanted.size && isSubset(own, wanted),
  // What has none at all is not asked for, though the empty set is a subset.
  MATCH_SUBSET: (own, wanted) => own.size > 0 && isSubset(own, wanted),
  MATCH_SUPERSET: (own, wanted) => isSubset(wanted, own),
  MATCH_ANY: (own, wanted) => [...wanted].some((item) => own.has(item)),
};

/** @throws RpcError INVALID_ARGUMENT for one of a later version of the API, which comes as its number */
export function checkMatch(behavior: MatchBehavior): void {
  if (!Object.hasOwn(RULES, behavior)) {
    throw invalidArgument(`unhandled match behavior "${behavior}"`);
  }
}

export function matches(
  own: readonly { toString(): string }[],
  wanted: readonly { toString(): string }[],
  behavior: MatchBehavior,
): boolean {
  return RULES[behavior](new Set(own.map(String)), new Set(wanted.map(String)));
}
