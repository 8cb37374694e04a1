import t from 'tap';
import { TokenBucket } from '../../../server/limits/token-bucket.ts';

const at = (ms: number): Date => new Date(1_000_000 + ms);

t.test('gives as many as a second holds at once, then one after the other', async (t) => {
  const bucket = new TokenBucket(10, at(0));
  t.equal(bucket.take(10, at(0), 0), 0);
  t.strictSame(
    [1, 2, 3].map(() => bucket.take(1, at(0), 1000)),
    [100, 200, 300],
  );
  t.equal(bucket.take(1, at(300), 1000), 100, 'behind those who wait');
  t.equal(bucket.take(10, at(10_000), 0), 0, 'a pause fills it, and no more than that');
  t.equal(bucket.take(1, at(10_000), 0), undefined);
});

t.test('takes nothing from who cannot wait so long', async (t) => {
  const bucket = new TokenBucket(1, at(0));
  bucket.take(1, at(0), 0);
  t.equal(bucket.take(1, at(0), 999), undefined);
  t.equal(bucket.take(1, at(0), 1000), 1000);
});

t.test('what is given back is there for the next', async (t) => {
  const bucket = new TokenBucket(2, at(0));
  bucket.take(2, at(0), 0);
  t.equal(bucket.take(1, at(0), 500), 500);
  bucket.giveBack(1);
  t.equal(bucket.take(1, at(0), 500), 500);
  bucket.giveBack(99);
  t.equal(bucket.take(2, at(0), 0), 0, 'never more than a second holds');
  t.equal(bucket.take(1, at(0), 499), undefined);
});

t.test('a clock that is set back neither gives nor takes', async (t) => {
  const bucket = new TokenBucket(1, at(0));
  bucket.take(1, at(0), 0);
  t.equal(bucket.take(1, at(-60_000), 999), undefined);
  t.equal(bucket.take(1, at(-59_000), 0), 0);
});
