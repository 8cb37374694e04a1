import { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import t from 'tap';
import { nearestIds } from '../../../server/registration/nearest-id.ts';
import { idOf } from '../../support/server-entries.ts';

/** What it comes to, and in how many steps. */
function nearestOf(wanted: SpiffeId, known: Iterable<SpiffeId>): [string[], number] {
  const work = nearestIds(wanted, known);
  for (let steps = 1; ; steps++) {
    const step = work.next();
    if (step.done === true) return [step.value.map(({ path }) => path), steps];
  }
}

const rows: readonly (readonly [
  name: string,
  wanted: string,
  known: readonly string[],
  expected: readonly string[],
])[] = [
  ['nothing', '/web', [], []],
  ['nothing near', '/web', ['/payments', '/queue'], []],
  [
    'the nearest first',
    '/web/front',
    ['/web/frant2', '/web/frant', '/db'],
    ['/web/frant', '/web/frant2'],
  ],
  [
    'letter case before letters',
    '/web/front',
    ['/web/fromt', '/Web/Front'],
    ['/Web/Front', '/web/fromt'],
  ],
  ['a segment more', '/web/front', ['/web/front/eu'], ['/web/front/eu']],
  ['a segment less', '/web/front', ['/web'], ['/web']],
  ['no two segments more', '/web/front', ['/web/front/europe/west-one'], []],
  [
    'three of many',
    '/abc/def',
    ['/abc/de1', '/abc/de2', '/abc/de', '/abc/d12', '/abc/deff'],
    ['/abc/de1', '/abc/de2', '/abc/de'],
  ],
  ['each once', '/abc', ['/abd', '/abd', '/abd'], ['/abd']],
];

for (const [name, wanted, known, expected] of rows) {
  t.test(name, (t) => {
    t.strictSame(nearestOf(idOf(wanted), known.map(idOf))[0].sort(), expected.toSorted());
    t.equal(nearestOf(idOf(wanted), known.map(idOf))[0][0], expected[0]);
    t.end();
  });
}

t.test('the same path in another trust domain is near', (t) => {
  const wanted = SpiffeId.parse('spiffe://example.com/web');
  t.strictSame(nearestOf(wanted, [idOf('/wex'), idOf('/web')])[0], ['/web', '/wex']);
  t.end();
});

t.test('100,000 IDs of the greatest length are compared in many small steps', (t) => {
  const long = `/${'a'.repeat(1900)}`;
  const known = function* (): Generator<SpiffeId> {
    for (let i = 0; i < 100_000; i++) yield idOf(`/b${String(i)}`);
    for (let i = 0; i < 1000; i++) yield idOf(`${long}b${String(i)}`);
  };
  const [, steps] = nearestOf(idOf(`${long}c`), known());
  t.ok(steps > 1000, String(steps));
  t.end();
});
