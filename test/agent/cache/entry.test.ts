import t from 'tap';
import { orderEntries } from '../../../agent/cache/entry.ts';
import { entryOf } from '../../support/entries.ts';

const ids = (entries: readonly { id: string }[]): string[] => entries.map(({ id }) => id);

t.test('WAPI-47: unhinted identities first, then the oldest, then the lowest ID', (t) => {
  const entries = [
    entryOf('c', { createdAt: 3 }),
    entryOf('b', { createdAt: 1 }),
    entryOf('a', { createdAt: 1 }),
    entryOf('old-but-hinted', { createdAt: 0, hint: 'internal' }),
  ];
  const expected = ['a', 'b', 'c', 'old-but-hinted'];
  t.strictSame(ids(orderEntries(entries)), expected);
  t.strictSame(ids(orderEntries(entries.toReversed())), expected, 'whatever order they came in');
  t.end();
});

t.test(
  'WAPI-18: WAPI-29: INT-19: of one hint the oldest entry is kept, then the lowest ID',
  (t) => {
    const entries = [
      entryOf('young', { createdAt: 9, hint: 'internal' }),
      entryOf('old-b', { createdAt: 5, hint: 'internal' }),
      entryOf('old-a', { createdAt: 5, hint: 'internal' }),
      entryOf('other', { createdAt: 1, hint: 'external' }),
      entryOf('plain-1', { createdAt: 7 }),
      entryOf('plain-2', { createdAt: 8 }),
    ];
    t.strictSame(ids(orderEntries(entries)), ['plain-1', 'plain-2', 'other', 'old-a']);
    t.end();
  },
);

t.test('leaves nothing and one entry alone', (t) => {
  t.strictSame(orderEntries([]), []);
  t.strictSame(ids(orderEntries([entryOf('a', { hint: 'x' })])), ['a']);
  t.end();
});
