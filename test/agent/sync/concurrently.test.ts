import t from 'tap';
import { mapConcurrently } from '../../../agent/sync/concurrently.ts';

t.test('answers in order, so many at once', async (t) => {
  let atOnce = 0;
  let most = 0;
  const results = await mapConcurrently([3, 1, 2, 0, 4], 2, async (turns) => {
    most = Math.max(most, ++atOnce);
    for (let i = 0; i < turns; i++) await new Promise(setImmediate);
    atOnce--;
    return turns * 10;
  });
  t.strictSame(results, [30, 10, 20, 0, 40]);
  t.equal(most, 2);
  t.strictSame(await mapConcurrently([], 2, () => Promise.reject(new Error('never'))), []);
});

t.test('begins nothing more after a failure, and ends what was begun', async (t) => {
  const ended: number[] = [];
  const work = mapConcurrently([0, 1, 2, 3], 2, async (item) => {
    await new Promise(setImmediate);
    if (item === 0) throw new Error('broken');
    await new Promise(setImmediate);
    ended.push(item);
  });
  await t.rejects(work, { message: 'broken' });
  t.strictSame(ended, [1]);
});
