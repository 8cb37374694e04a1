import type { Clock } from '../../runtime/clock.ts';
import type { Change } from '../datastore/datastore.ts';

export type Kind = Change['kind'];
export const KINDS: readonly Kind[] = ['entry', 'agent', 'bundle'];

/** More than this at once is told as a resync: reading everything anew is then no dearer, and memory has a bound. */
export const MAX_PENDING = 1000;

/** What there is to say to a watcher. */
export interface News {
  readonly revision: number;
  readonly changes: readonly { readonly kind: Kind; readonly id: string }[];
  readonly resync: readonly Kind[];
}

/** What one reader has not been told yet: of each thing once, however often it changed, and no more than fits. */
export class Watcher {
  /** The SPIFFE ID of the agent; undefined for an administrator, who is told everything. */
  readonly agentId: string | undefined;
  /** Of the last news that was taken. */
  toldRevision = 0;
  /** What its reader says that it serves. */
  acknowledgedRevision = 0;
  /** Of the last change of what it serves: its own record is not that. */
  concernedRevision: number;
  readonly #pending = new Map<Kind, Set<string>>();
  readonly #resync = new Set<Kind>();
  #ended: Error | undefined;
  #isStirred = false;
  #wake: (() => void) | undefined;

  constructor(agentId: string | undefined, revision: number) {
    this.agentId = agentId;
    this.concernedRevision = revision;
  }

  add(kind: Kind, ids: Iterable<string>, revision: number): void {
    if (kind !== 'agent') this.concernedRevision = revision;
    this.stir();
    if (this.#resync.has(kind)) return;
    const pending = this.#pending.get(kind) ?? new Set();
    for (const id of ids) pending.add(id);
    if (pending.size > MAX_PENDING) this.resync([kind], revision);
    else this.#pending.set(kind, pending);
  }

  /** These are to be read anew as a whole. */
  resync(kinds: readonly Kind[], revision: number): void {
    this.concernedRevision = revision;
    for (const kind of kinds) {
      this.#resync.add(kind);
      this.#pending.delete(kind);
    }
    this.stir();
  }

  /** Takes what there is to say now, with the revision it is complete up to. */
  take(revision: number): News {
    const changes = [...this.#pending].flatMap(([kind, ids]) =>
      [...ids].map((id) => ({ kind, id })),
    );
    const news = { revision, changes, resync: [...this.#resync] };
    this.#pending.clear();
    this.#resync.clear();
    this.#isStirred = false;
    this.toldRevision = revision;
    return news;
  }

  /** Makes the reader look again. */
  stir(): void {
    this.#isStirred = true;
    this.#wake?.();
  }

  /** The reader is to be turned away with this. */
  end(error: Error): void {
    this.#ended ??= error;
    this.stir();
  }

  /**
   * Resolves when there may be news, after `ms`, or when the signal aborts.
   * @throws what the watcher was ended with
   */
  async stirred(
    ms: number,
    { clock, signal }: { clock: Clock; signal: AbortSignal },
  ): Promise<void> {
    if (!this.#isStirred && this.#ended === undefined && !signal.aborted) {
      const over = new AbortController();
      const stop = (): void => over.abort();
      this.#wake = stop;
      signal.addEventListener('abort', stop, { once: true });
      await clock.delay(ms, over.signal);
      signal.removeEventListener('abort', stop);
      this.#wake = undefined;
    }
    this.#isStirred = false;
    if (this.#ended !== undefined) throw this.#ended;
  }
}
