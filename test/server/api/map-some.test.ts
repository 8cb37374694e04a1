import t from 'tap';
import { mapSome } from '../../../server/api/map-some.ts';

t.test('takes up so many at a time, and answers in order', async (t) => {
  let running = 0;
  let most = 0;
  const work = async (item: number): Promise<number> => {
    most = Math.max(most, ++running);
    await new Promise((resolve) => setImmediate(resolve));
    running--;
    return item * 2;
  };
  const items = Array.from({ length: 20 }, (_, i) => i);
  t.strictSame(
    await mapSome(items, 3, work),
    items.map((item) => item * 2),
  );
  t.equal(most, 3);
  t.strictSame(await mapSome([], 3, work), []);
});
