import type { Knex } from 'knex';
import { startStopwatch } from '../../../runtime/stopwatch.ts';
import type { Change } from '../datastore.ts';
import { DatastoreError } from '../errors.ts';
import type { ChangeFeed } from './change-feed.ts';
import { logChanges } from './change-log.ts';
import type { Database } from './database.ts';

/** Collects what a transaction changed, to be told once it is durable. */
export type Record = (change: Change) => void;

/** Run again when its transaction was given up, so it must do nothing outside of it. */
type Work<T> = (tx: Knex.Transaction, record: Record) => Promise<T>;

interface Waiting {
  /** Its result is for after the commit. */
  readonly run: Work<() => void>;
  readonly reject: (error: unknown) => void;
}

/** One commit, which waits for the disk, serves so many that wait for it; bounds what one of them waits for the others. */
const MAX_GROUP = 64;
const MAX_WAITING = 10_000;
const MAX_ATTEMPTS = 5;

/** Told how long the database took over something. */
export type QueryObserver = (operation: 'read' | 'commit', seconds: number) => void;

export function unreachable(since: Date): DatastoreError {
  const detail = `it has not answered since ${since.toISOString()}`;
  return new DatastoreError('DATASTORE_UNAVAILABLE', detail);
}

/** All access to the database: failures get their meaning here, and changes their revision. */
export class Transactions {
  readonly #database: Database;
  readonly #feed: ChangeFeed;
  readonly #observe: QueryObserver | undefined;
  readonly #queue: Waiting[] = [];
  #isWriting = false;
  /** From here on a connection that is lost leaves open what has happened. */
  #isCommitting = false;

  constructor(database: Database, feed: ChangeFeed, observe?: QueryObserver) {
    this.#database = database;
    this.#observe = observe;
    this.#feed = feed;
  }

  /** The rows, each as what it stands for; one that stands for nothing means that the database is damaged. */
  async read<Row, T>(
    query: (db: Knex, database: Database) => PromiseLike<Row[]>,
    fromRow: (row: Row) => T,
  ): Promise<T[]> {
    let rows: Row[];
    const elapsed = startStopwatch();
    try {
      rows = await query(this.#database.reader, this.#database);
    } catch (error) {
      throw this.#database.explain(error);
    } finally {
      this.#observe?.('read', elapsed());
    }
    try {
      return rows.map(fromRow);
    } catch (error) {
      throw this.#database.damaged(error);
    }
  }

  /**
   * Runs `work` in a transaction; what it throws rolls back. Works run one after the other, whoever asked for them;
   * those that wait while another commits share the next commit.
   */
  write<T>(work: Work<T>): Promise<T> {
    if (this.#queue.length >= MAX_WAITING) {
      return Promise.reject(
        new DatastoreError('DATASTORE_UNAVAILABLE', `${MAX_WAITING} changes wait for it already`),
      );
    }
    // Nobody waits for what is known not to answer; whoever follows the database notices when it does.
    const since = this.#database.follower?.unreachableSince;
    if (since !== undefined) return Promise.reject(unreachable(since));
    return new Promise((resolve, reject) => {
      const run: Waiting['run'] = async (tx, record) => {
        const result = await work(tx, record);
        return () => resolve(result);
      };
      this.#queue.push({ run, reject });
      if (!this.#isWriting) void this.#drain();
    });
  }

  async #drain(): Promise<void> {
    this.#isWriting = true;
    while (this.#queue.length > 0) await this.#commit(this.#queue.splice(0, MAX_GROUP));
    this.#isWriting = false;
  }

  /** Nothing of a group has happened when one of it fails: then each goes alone, and shows whose failure it is. */
  async #commit(group: readonly Waiting[], attempt = 1): Promise<void> {
    try {
      for (const tell of await this.#transact(group)) tell();
    } catch (error) {
      const nature = this.#database.natureOf(error);
      if (nature === 'given_up' && attempt < MAX_ATTEMPTS && !this.#isCommitting) {
        await this.#commit(group, attempt + 1);
      } else if (nature === 'refused' && group.length > 1) {
        for (const one of group) await this.#commit([one]);
      } else {
        const failure = this.#database.explain(error);
        for (const { reject } of group) reject(failure);
      }
    }
  }

  async #transact(group: readonly Waiting[]): Promise<(() => void)[]> {
    const changes: Change[] = [];
    const results: (() => void)[] = [];
    let revision = 0;
    this.#isCommitting = false;
    const elapsed = startStopwatch();
    await this.#database.writer.transaction(async (tx) => {
      await this.#database.lock(tx);
      for (const { run } of group) results.push(await run(tx, (change) => changes.push(change)));
      if (changes.length > 0) {
        revision = await logChanges(tx, changes);
        await this.#database.announce(tx);
      }
      this.#isCommitting = true;
    });
    this.#observe?.('commit', elapsed());
    if (changes.length > 0) await this.#feed.committed(changes, revision);
    return results;
  }
}
