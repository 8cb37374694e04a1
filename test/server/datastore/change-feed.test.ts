import fc from 'fast-check';
import t from 'tap';
import type { Change, LoggedChange } from '../../../server/datastore/datastore.ts';
import { ChangeFeed } from '../../../server/datastore/sql/change-feed.ts';
import type { ChangeSource } from '../../../server/datastore/sql/change-feed.ts';

const entry = (id: string): Change => ({ kind: 'entry', id, entry: undefined });

/** A database that several processes commit to; its reads take as long as the test wants. */
class SharedLog implements ChangeSource {
  readonly #pause: () => Promise<void>;
  readonly written: LoggedChange[] = [];
  forgotten = 0;
  isDown = false;

  constructor(pause: () => Promise<void> = () => Promise.resolve()) {
    this.#pause = pause;
  }

  /** Returns the last revision. */
  commit(ids: readonly string[]): number {
    for (const id of ids)
      this.written.push({ revision: this.written.length + 1, kind: 'entry', id });
    return this.written.length;
  }

  revision(): Promise<number> {
    return Promise.resolve(this.written.length);
  }

  async log(after: number, limit: number): Promise<LoggedChange[] | undefined> {
    await this.#pause();
    if (this.isDown) throw new Error('down');
    if (after < this.forgotten) return undefined;
    return this.written.slice(after, after + limit);
  }

  async resolve(changes: readonly LoggedChange[]): Promise<Change[]> {
    await this.#pause();
    return changes.map(({ id }) => entry(id));
  }

  everything(): ReturnType<ChangeSource['everything']> {
    const reset = { kind: 'reset', entries: [], agents: [], bundles: [] } as const;
    return Promise.resolve({ revision: this.written.length, reset });
  }
}

function listen(feed: ChangeFeed): string[] {
  const told: string[] = [];
  feed.subscribe((notice, revision) => {
    told.push(`${revision}:${notice.kind === 'entry' ? notice.id : notice.kind}`);
  });
  return told;
}

t.test('nothing is lost, doubled or out of order, whoever commits when (F-31)', async (t) => {
  const steps = fc.array(
    fc.record({
      by: fc.constantFrom('own', 'other', 'poll'),
      size: fc.integer({ min: 1, max: 3 }),
    }),
    { minLength: 1, maxLength: 40 },
  );
  await fc.assert(
    fc.asyncProperty(steps, fc.scheduler(), async (steps, scheduler) => {
      const log = new SharedLog(() => scheduler.schedule(Promise.resolve()));
      const feed = new ChangeFeed(log);
      await feed.start();
      const told = listen(feed);
      const pending: Promise<void>[] = [];
      let made = 0;
      for (const { by, size } of steps) {
        const ids = Array.from({ length: size }, () => `e${++made}`);
        if (by === 'poll') pending.push(feed.catchUp());
        else {
          const last = log.commit(ids);
          // Told some time after the commit, when others may have committed and polled already.
          if (by === 'own')
            pending.push(
              scheduler
                .schedule(Promise.resolve())
                .then(() => feed.committed(ids.map(entry), last)),
            );
        }
      }
      await scheduler.waitFor(Promise.all(pending));
      await scheduler.waitFor(feed.catchUp());
      t.strictSame(
        told,
        log.written.map(({ revision, id }) => `${revision}:${id}`),
      );
    }),
    { numRuns: 300 },
  );
});

t.test('what this process commits is told before it is reported, without a read', async (t) => {
  const log = new SharedLog();
  const feed = new ChangeFeed(log);
  await feed.start();
  const told = listen(feed);
  log.isDown = true;
  await feed.committed([entry('a')], log.commit(['a']));
  t.strictSame(told, ['1:a']);
  log.commit(['other']);
  await feed.committed([entry('b')], log.commit(['b']));
  t.strictSame(told, ['1:a'], 'what came before cannot be read, so it waits');
  await t.rejects(feed.catchUp(), { message: 'down' });
  log.isDown = false;
  await feed.catchUp();
  t.strictSame(told, ['1:a', '2:other', '3:b']);
});

t.test('who is further behind than the log reaches is told to start anew', async (t) => {
  const log = new SharedLog();
  const feed = new ChangeFeed(log);
  await feed.start();
  const told = listen(feed);
  log.commit(['a', 'b', 'c']);
  log.forgotten = 2;
  await feed.catchUp();
  t.strictSame(told, ['3:reset']);
  await feed.committed([entry('d')], log.commit(['d']));
  t.strictSame(told, ['3:reset', '4:d']);
});

t.test('it begins with what is there', async (t) => {
  const log = new SharedLog();
  log.commit(['a']);
  const feed = new ChangeFeed(log);
  await feed.start();
  const told = listen(feed);
  await feed.catchUp();
  t.strictSame(told, []);
  t.equal(feed.revision, 1);
});

t.test('who has left is told nothing more', async (t) => {
  const log = new SharedLog();
  const feed = new ChangeFeed(log);
  let count = 0;
  const stop = feed.subscribe(() => count++);
  await feed.committed([entry('a')], log.commit(['a']));
  stop();
  await feed.committed([entry('b')], log.commit(['b']));
  t.equal(count, 1);
  t.equal(feed.revision, 2);
});
