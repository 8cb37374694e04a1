import t from 'tap';
import { matches } from '../../../server/api/match.ts';
import type { MatchBehavior } from '../../../server/api/match.ts';

const rows: readonly [MatchBehavior, string[], string[], boolean][] = [
  ['MATCH_EXACT', ['a', 'b'], ['b', 'a'], true],
  ['MATCH_EXACT', ['a', 'b'], ['a'], false],
  ['MATCH_EXACT', ['a'], ['a', 'a'], true],
  ['MATCH_SUBSET', ['a'], ['a', 'b'], true],
  ['MATCH_SUBSET', ['a', 'c'], ['a', 'b'], false],
  ['MATCH_SUBSET', [], ['a'], false],
  ['MATCH_SUPERSET', ['a', 'b'], ['a'], true],
  ['MATCH_SUPERSET', ['a'], ['a', 'b'], false],
  ['MATCH_ANY', ['a', 'b'], ['b', 'c'], true],
  ['MATCH_ANY', ['a'], ['c'], false],
];

t.test('ENTRY-LIST-05 match behaviors', async (t) => {
  for (const [behavior, own, wanted, expected] of rows) {
    t.equal(matches(own, wanted, behavior), expected, `${behavior} ${own.join()} ${wanted.join()}`);
  }
});
