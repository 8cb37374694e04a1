import { mapInTurns } from '../../../runtime/slices.ts';
import type { Change, LoggedChange, Notice, Reset } from '../datastore.ts';

/** How the feed reads what others have written. */
export interface ChangeSource {
  revision(): Promise<number>;
  /** Undefined when the log does not reach back so far. */
  log(after: number, limit: number): Promise<readonly LoggedChange[] | undefined>;
  /** What became of each, in order. */
  resolve(changes: readonly LoggedChange[]): Promise<Change[]>;
  /** Everything, and the revision it is at least as new as. */
  everything(): Promise<{ readonly revision: number; readonly reset: Reset }>;
}

export type ChangeListener = (notice: Notice, revision: number) => void;

const PAGE = 1000;

/**
 * Tells listeners of each change in the order of revisions, whoever made it. What this process commits is told from
 * memory when nothing of others is missing before it; otherwise the log is read.
 */
export class ChangeFeed {
  readonly #source: ChangeSource;
  readonly #listeners = new Set<ChangeListener>();
  #revision = 0;
  /** One thing at a time: what is told was read after everything that was told before it. */
  #last: Promise<unknown> = Promise.resolve();
  #coming: Promise<void> | undefined;

  constructor(source: ChangeSource) {
    this.#source = source;
  }

  /** Of the newest change that listeners were told of. */
  get revision(): number {
    return this.#revision;
  }

  subscribe(listener: ChangeListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** From now on; what is read from the database after this is at least as new. */
  async start(): Promise<void> {
    this.#revision = await this.#source.revision();
  }

  /**
   * Tells of the changes of a transaction of this process. It does not fail, for they are durable: when the log cannot
   * be read now, they are told by the next `catchUp` that can.
   */
  committed(changes: readonly Change[], last: number): Promise<void> {
    const first = last - changes.length + 1;
    return this.#inTurn(async () => {
      if (this.#revision >= last) return;
      if (this.#revision < first - 1) await this.#readUpTo(last);
      else await mapInTurns(changes, (change, index) => this.#tell(change, first + index));
    }).catch(() => undefined);
  }

  /** Tells of everything that others have committed until now. Who asks while another waits for its turn shares it. */
  catchUp(): Promise<void> {
    return (this.#coming ??= this.#inTurn(() => {
      this.#coming = undefined;
      return this.#readUpTo(Infinity);
    }));
  }

  async #readUpTo(last: number): Promise<void> {
    while (this.#revision < last) {
      const log = await this.#source.log(this.#revision, PAGE);
      if (log === undefined) return this.#reset();
      const changes = await this.#source.resolve(log);
      await mapInTurns(changes, (change, index) => this.#tell(change, log[index]!.revision));
      if (log.length < PAGE) return;
    }
  }

  async #reset(): Promise<void> {
    const { revision, reset } = await this.#source.everything();
    this.#tell(reset, revision);
  }

  #tell(notice: Notice, revision: number): void {
    if (revision <= this.#revision) return; // a database put back to an older state is no news either
    this.#revision = revision;
    for (const listener of this.#listeners) listener(notice, revision);
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => undefined);
    return result;
  }
}
