import t from 'tap';
import { collectPages } from '../../cli/pages.ts';

t.test('all pages in order', async (t) => {
  const pages: Record<string, { items: number[]; nextPageToken: string }> = {
    '': { items: [1, 2], nextPageToken: 'b' },
    b: { items: [3], nextPageToken: 'c' },
    c: { items: [], nextPageToken: '' },
  };
  t.strictSame(await collectPages((token) => Promise.resolve(pages[token]!)), [1, 2, 3]);
});

t.test('a server that goes round in a circle is left', async (t) => {
  let calls = 0;
  const all = await collectPages(() => {
    calls++;
    return Promise.resolve({ items: [calls], nextPageToken: 'same' });
  });
  t.strictSame(all, [1, 2]);
});
