import { status } from '@grpc/grpc-js';
import t from 'tap';
import { pageOf } from '../../../server/api/page.ts';

const items = [1, 2, 3, 4, 5].map((order) => ({ order }));
const all = (): boolean => true;

t.test('everything at once when no size is asked for', async (t) => {
  const page = pageOf(items, { page_size: 0, page_token: 'whatever' }, all);
  t.strictSame(page, { items, nextPageToken: '' });
});

t.test('pages end with an empty one', async (t) => {
  const seen: number[] = [];
  let token = '';
  let pages = 0;
  do {
    const page = pageOf(items, { page_size: 2, page_token: token }, ({ order }) => order !== 2);
    seen.push(...page.items.map(({ order }) => order));
    token = page.nextPageToken;
    pages++;
  } while (token !== '');
  t.strictSame(seen, [1, 3, 4, 5]);
  t.equal(pages, 3);
});

t.test('a token that is none of ours', async (t) => {
  for (const page_token of ['x', '-1', '1.5', '9'.repeat(16)]) {
    t.throws(() => pageOf(items, { page_size: 1, page_token }, all), {
      code: status.INVALID_ARGUMENT,
    });
  }
});
