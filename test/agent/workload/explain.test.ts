import { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import t from 'tap';
import { EntryIndex } from '../../../agent/cache/entry-index.ts';
import type { RegistrationEntry } from '../../../agent/cache/entry.ts';
import type { SelectorSet } from '../../../agent/cache/selector-set.ts';
import { explainProcess } from '../../../agent/workload/explain.ts';
import type { EntryExplanation } from '../../../agent/workload/explain.ts';
import { entryOf, selectorsOf } from '../../support/entries.ts';

const process = selectorsOf('unix:uid:1000', 'unix:gid:100', 'unix:user:web', 'unix:path:/bin/web');
function explain(
  selectors: SelectorSet,
  entries: readonly RegistrationEntry[],
  spiffeId: SpiffeId | undefined,
): EntryExplanation[] {
  const index = new EntryIndex();
  for (const entry of entries) index.put(entry);
  const work = explainProcess(selectors, index, spiffeId);
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
  }
}
const idOf = (name: string) => SpiffeId.parse(`spiffe://example.org/${name}`);
const missing = (explanation: EntryExplanation | undefined) =>
  explanation?.missing.map(({ selector, nearest }) => [
    selector.toString(),
    nearest?.toString() ?? '',
  ]);

t.test('what is given comes first, then what lacks least', (t) => {
  const entries = [
    entryOf('far', { selectors: ['unix:uid:1000', 'unix:gid:1', 'unix:path:/x'] }),
    entryOf('near', { selectors: ['unix:uid:1000', 'unix:gid:1'] }),
    entryOf('given'),
    entryOf('unrelated', { selectors: ['unix:uid:7'] }),
  ];
  const explained = explain(process, entries, undefined);
  t.match(explained, [
    { entry: { id: 'given' }, given: true, missing: [] },
    { entry: { id: 'near' }, given: false },
    { entry: { id: 'far' }, given: false },
  ]);
  t.equal(explained.length, 3, 'without an ID, only those of which it has a selector');
  t.match(explain(process, entries, idOf('unrelated')), [{ given: false }]);
  t.strictSame(explain(process, entries, idOf('none')), []);
  t.end();
});

t.test('names what is missing, and the nearest that there is', (t) => {
  for (const [selector, nearest] of [
    ['unix:uid:1001', 'unix:uid:1000'],
    ['unix:uid:7', 'unix:uid:1000'],
    ['unix:user:wbe', 'unix:user:web'],
    ['unix:path:/bin/wbe', 'unix:path:/bin/web'],
    ['unix:path:/opt/something/else', 'unix:path:/bin/web'],
    ['unx:uid:1000', ''],
    ['unix:uuid:1000', ''],
    ['k8s:ns:default', ''],
  ] as const) {
    const [explained] = explain(process, [entryOf('a', { selectors: [selector] })], idOf('a'));
    const found = missing(explained)![0]!;
    t.equal(found[0], selector);
    if (nearest !== '') t.equal(found[1], nearest, selector);
  }
  const typo = entryOf('a', { selectors: ['unix:gid:100', 'unx:uid:1000'] });
  t.strictSame(missing(explain(process, [typo], idOf('a'))[0]), [
    ['unx:uid:1000', 'unix:uid:1000'],
  ]);
  const used = entryOf('a', { selectors: ['unix:uid:1000', 'unix:uid:1001'] });
  const [[, near] = []] = missing(explain(process, [used], idOf('a'))[0])!;
  t.not(near, 'unix:uid:1000', 'but none that the entry asks for beside it');
  t.end();
});

t.test('an entry that is stored, and one whose hint an older one has', (t) => {
  const stored = entryOf('stored', { storeSvid: true });
  t.match(explain(process, [stored], idOf('stored')), [{ given: false, missing: [] }]);
  const entries = [
    entryOf('younger', { hint: 'db', createdAt: 2 }),
    entryOf('older', { hint: 'db', createdAt: 1 }),
  ];
  t.match(explain(process, entries, undefined), [
    { entry: { id: 'older' }, given: true, hiddenBy: undefined },
    { entry: { id: 'younger' }, given: false, hiddenBy: { id: 'older' } },
  ]);
  t.end();
});

t.test('an answer is bounded', (t) => {
  const many = Array.from({ length: 100 }, (_, at) => entryOf(`e${at}`));
  t.equal(explain(process, many, undefined).length, 20);
  t.end();
});
