import t from 'tap';
import { inSlices, mapInTurns } from '../../runtime/slices.ts';

t.test('others have their turn between the steps', async (t) => {
  const order: string[] = [];
  const work = function* (): Generator<undefined, string, undefined> {
    order.push('first step');
    setImmediate(() => order.push('somebody else'));
    yield;
    order.push('second step');
    return 'result';
  };
  t.equal(await inSlices(work()), 'result');
  t.strictSame(order, ['first step', 'somebody else', 'second step']);
});

t.test('what a step throws, the whole work throws', async (t) => {
  const work = function* (): Generator<undefined, void, undefined> {
    yield;
    throw new TypeError('broken');
  };
  await t.rejects(inSlices(work()), { message: 'broken' });
});

t.test('many items are done in order, with others in between', async (t) => {
  const items = Array.from({ length: 120 }, (_, at) => at);
  let turns = 0;
  let isDone = false;
  const count = (): void => {
    turns++;
    if (!isDone) setImmediate(count);
  };
  setImmediate(count);
  const done = await mapInTurns(items, (item, index) => item + index);
  isDone = true;
  t.strictSame(
    done,
    items.map((item) => 2 * item),
  );
  t.ok(turns >= 2, `${turns} turns of others`);
  t.strictSame(await mapInTurns([], () => 1), []);
  await t.rejects(
    mapInTurns([1], () => {
      throw new TypeError('broken');
    }),
    { message: 'broken' },
  );
});
