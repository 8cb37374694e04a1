import t from 'tap';
import { inSlices } from '../../runtime/slices.ts';

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
