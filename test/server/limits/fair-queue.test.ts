import t from 'tap';
import { FairQueue } from '../../../server/limits/fair-queue.ts';

/** A queue of items named FLOW:NUMBER. */
function queueOf(...items: readonly string[]): FairQueue<string> {
  const queue = new FairQueue<string>();
  for (const item of items) queue.push(item.split(':')[0]!, item);
  return queue;
}

function drain(queue: FairQueue<string>): string[] {
  const taken: string[] = [];
  for (let item = queue.take(); item !== undefined; item = queue.take()) taken.push(item);
  return taken;
}

t.test('serves flows in turn, each in its own order', async (t) => {
  const queue = queueOf('a:1', 'a:2', 'a:3', 'b:1', 'c:1', 'c:2');
  t.equal(queue.size, 6);
  t.strictSame(drain(queue), ['a:1', 'b:1', 'c:1', 'a:2', 'c:2', 'a:3']);
  t.equal(queue.size, 0);
  t.equal(queue.take(), undefined);
});

t.test('who comes late waits for one of each other flow, however much these hold', async (t) => {
  const flood = Array.from({ length: 10_000 }, (_, i) => `flood:${i}`);
  const queue = queueOf(...flood, 'other:1');
  queue.take();
  queue.push('late', 'late:1');
  t.strictSame(
    [queue.take(), queue.take(), queue.take()],
    ['other:1', 'flood:1', 'late:1'],
    'and who was just served is behind those who wait',
  );
});

t.test('a flow that was served out and comes back has no advantage', async (t) => {
  const queue = queueOf('a:1', 'b:1', 'b:2');
  t.equal(queue.take(), 'a:1');
  queue.push('a', 'a:2');
  t.strictSame(drain(queue), ['b:1', 'a:2', 'b:2']);
});

t.test('what no longer waits is taken out', async (t) => {
  const queue = queueOf('a:1', 'a:2', 'b:1');
  queue.remove('a', 'a:1');
  queue.remove('a', 'a:1');
  queue.remove('b', 'b:1');
  queue.remove('never', 'x');
  t.equal(queue.size, 1);
  t.equal(queue.lengthOf('b'), 0);
  t.strictSame(drain(queue), ['a:2']);
});

t.test('tells the flow that holds most, and gives up its oldest', async (t) => {
  const queue = queueOf('a:1', 'b:1', 'b:2', 'c:1');
  t.equal(queue.longest(), 'b');
  t.equal(queue.takeFrom('b'), 'b:1');
  t.equal(queue.takeFrom('never'), undefined);
  t.equal(queue.size, 3);
  t.equal(new FairQueue().longest(), undefined);
});
