import fc from 'fast-check';
import t from 'tap';
import { editDistance, nearest } from '../../runtime/nearest.ts';

const known = ['trust_domain', 'data_dir', 'socket_path', 'log_level', 'bind'];

const rows: readonly (readonly [name: string, meant: string | undefined])[] = [
  ['trust_domian', 'trust_domain'],
  ['trustdomain', 'trust_domain'],
  ['TRUST_DOMAIN', 'trust_domain'],
  ['trust_domains', 'trust_domain'],
  ['datadir', 'data_dir'],
  ['socket', undefined],
  ['sockt_path', 'socket_path'],
  ['binf', 'bind'],
  ['bnid', undefined],
  ['', undefined],
  ['plugins', undefined],
];

t.test('finds the name that was meant, and none when nothing is near', (t) => {
  for (const [name, meant] of rows) t.equal(nearest(name, known), meant, name);
  t.end();
});

t.test('of two near names takes the nearer one', (t) => {
  t.equal(nearest('socket_pathh', ['socket_patches', 'socket_path']), 'socket_path');
  t.end();
});

t.test('a monstrous name costs no more than a long one', (t) => {
  t.equal(nearest('x'.repeat(10_000_000), ['trust_domain']), undefined);
  t.end();
});

t.test('distances are those of Levenshtein, up to the limit and never beyond', (t) => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 12 });
  const property = fc.property(text, text, fc.nat(12), (a, b, limit) => {
    const exact = levenshtein(a, b);
    return editDistance(a, b, limit) === (exact > limit ? Infinity : exact);
  });
  fc.assert(property, { numRuns: 2000 });
  t.end();
});

/** As its definition says, by the whole table. */
function levenshtein(a: string, b: string): number {
  const table = Array.from({ length: a.length + 1 }, (_, i) =>
    Array.from({ length: b.length + 1 }, (__, j) => (i === 0 ? j : j === 0 ? i : 0)),
  );
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const substitute = table[i - 1]![j - 1]! + Number(a[i - 1] !== b[j - 1]);
      table[i]![j] = Math.min(substitute, table[i - 1]![j]! + 1, table[i]![j - 1]! + 1);
    }
  }
  return table[a.length]![b.length]!;
}
