import t from 'tap';
import { retryDelayMs } from '@vouchsafe/client/retry-delay';

t.test('delays double from half a second', async (t) => {
  t.same(
    [1, 2, 3, 4].map((failures) => retryDelayMs(failures, 0.5)),
    [500, 1000, 2000, 4000],
  );
});

t.test('delays end at half a minute, however long it lasts', async (t) => {
  t.equal(retryDelayMs(10, 0.5), 30_000);
  t.equal(retryDelayMs(10_000, 0.5), 30_000);
});

t.test('a delay is spread by a fifth both ways', async (t) => {
  t.equal(retryDelayMs(2, 0), 800);
  t.ok(retryDelayMs(2, 0.999) > 1190 && retryDelayMs(2, 0.999) < 1200);
});
