import t from 'tap';
import fc from 'fast-check';
import { EntryIndex } from '../../../agent/cache/entry-index.ts';
import { SelectorSet } from '../../../agent/cache/selector-set.ts';
import { entryOf, selectorsOf } from '../../support/entries.ts';

const ids = (entries: readonly { id: string }[]): string[] => entries.map(({ id }) => id).sort();

t.test('T-01: finds an entry only for who has all its selectors', (t) => {
  const index = new EntryIndex();
  index.put(entryOf('web', { selectors: ['unix:uid:1', 'unix:path:/web'] }));
  index.put(entryOf('any', { selectors: ['unix:uid:1'] }));
  index.put(entryOf('root', { selectors: ['unix:uid:0', 'unix:path:/web'] }));
  t.strictSame(ids(index.match(selectorsOf('unix:uid:1', 'unix:path:/web', 'unix:gid:1'))), [
    'any',
    'web',
  ]);
  t.strictSame(ids(index.match(selectorsOf('unix:uid:1'))), ['any']);
  t.strictSame(index.match(selectorsOf('unix:path:/web')), []);
  t.strictSame(index.match(new SelectorSet([])), [], 'nobody is nobody');
  t.end();
});

t.test('follows updates and removals', (t) => {
  const index = new EntryIndex();
  index.put(entryOf('a', { selectors: ['unix:uid:1'] }));
  const before = index.revision;
  index.put(entryOf('a', { selectors: ['unix:uid:2'] }));
  t.ok(index.revision > before);
  t.strictSame(index.match(selectorsOf('unix:uid:1')), [], 'T-01: the old selectors grant nothing');
  t.strictSame(ids(index.match(selectorsOf('unix:uid:2'))), ['a']);
  t.equal(index.size, 1);
  t.equal(index.find('a')?.id, 'a');
  t.strictSame(ids([...index.entries()]), ['a']);
  index.delete('a');
  t.strictSame(index.match(selectorsOf('unix:uid:2')), []);
  t.equal(index.find('a'), undefined);
  const after = index.revision;
  index.delete('a');
  t.equal(index.revision, after, 'nothing to remove is no change');
  t.end();
});

t.test('T-01: an entry without selectors, which everybody would match, is never taken', (t) => {
  t.throws(() => new EntryIndex().put(entryOf('a', { selectors: [] })), TypeError);
  t.end();
});

t.test('agrees with the definition after any sequence of changes', (t) => {
  const texts = ['unix:uid:0', 'unix:uid:1', 'unix:gid:0', 'unix:path:/a', 'k8s:ns:x'];
  const change = fc.record({
    id: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
    selectors: fc.option(fc.array(fc.constantFrom(...texts), { minLength: 1, maxLength: 6 })),
  });
  fc.assert(
    fc.property(fc.array(change, { maxLength: 40 }), fc.subarray(texts), (changes, caller) => {
      const index = new EntryIndex();
      const model = new Map<string, readonly string[]>();
      for (const { id, selectors } of changes) {
        if (selectors === null) {
          index.delete(id);
          model.delete(id);
        } else {
          index.put(entryOf(id, { selectors }));
          model.set(id, selectors);
        }
      }
      const expected = [...model].filter(([, own]) => own.every((text) => caller.includes(text)));
      const found = ids(index.match(selectorsOf(...caller)));
      return (
        found.join() ===
        expected
          .map(([id]) => id)
          .sort()
          .join()
      );
    }),
    { numRuns: 500 },
  );
  t.end();
});

t.test('looks at a handful of entries however many share a selector', (t) => {
  const index = new EntryIndex();
  for (let i = 0; i < 20_000; i++) {
    index.put(entryOf(`e${i}`, { selectors: ['unix:uid:1000', `unix:path:/bin/${i}`] }));
  }
  let looked = 0;
  const caller = selectorsOf('unix:uid:1000', 'unix:path:/bin/777');
  const counting = {
    texts: caller.texts,
    has: (text: string) => (looked++, caller.has(text)),
  };
  t.strictSame(ids(index.match(counting)), ['e777']);
  t.ok(looked < 10, `${looked} comparisons`);
  t.end();
});
