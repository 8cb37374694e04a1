import { once } from 'node:events';
import t from 'tap';
import { runTasks } from '../../runtime/tasks.ts';

const forever = async (signal: AbortSignal): Promise<void> => {
  if (!signal.aborted) await once(signal, 'abort');
};
const never = new AbortController().signal;

t.test('ends when every task has ended', async (t) => {
  const ended: string[] = [];
  const task = (name: string) => () => {
    ended.push(name);
    return Promise.resolve();
  };
  await runTasks([task('one'), task('two')], never);
  t.same(ended, ['one', 'two']);
});

t.test('no tasks end at once', (t) => t.resolves(runTasks([], never)));

t.test('the first failure stops the others, and is thrown once they have stopped', async (t) => {
  const failure = new Error('the first');
  let cleanedUp = false;
  const neighbour = async (signal: AbortSignal): Promise<void> => {
    await forever(signal);
    await Promise.resolve();
    cleanedUp = true;
  };
  const error: unknown = await runTasks([neighbour, () => Promise.reject(failure)], never).catch(
    (error: unknown) => error,
  );
  t.equal(error, failure);
  t.ok(cleanedUp);
});

t.test('a failure of a task that was told to stop does not hide the first', async (t) => {
  const failure = new Error('the first');
  const fragile = async (signal: AbortSignal): Promise<void> => {
    await forever(signal);
    throw new Error('a consequence');
  };
  const error: unknown = await runTasks([fragile, () => Promise.reject(failure)], never).catch(
    (error: unknown) => error,
  );
  t.equal(error, failure);
});

t.test('a task that throws nothing has failed all the same', async (t) => {
  // eslint would have it an Error; JavaScript does not.
  await t.rejects(runTasks([forever, () => Promise.reject(undefined as unknown as Error)], never));
});

t.test('asked to stop, it ends without a failure', async (t) => {
  const stop = new AbortController();
  const running = runTasks([forever, forever], stop.signal);
  stop.abort();
  await t.resolves(running);
});

t.test('a task that fails while stopping is reported', async (t) => {
  const stop = new AbortController();
  const fragile = async (signal: AbortSignal): Promise<void> => {
    await forever(signal);
    throw new Error('could not put it away');
  };
  const running = runTasks([fragile], stop.signal);
  stop.abort();
  await t.rejects(running, { message: 'could not put it away' });
});
