import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../../runtime/clock.ts';
import type { RegistrationEntry } from './entry.ts';
import { SelectorSet } from './selector-set.ts';

/** So many are woken in one turn of the event loop: each then recomputes what it has to say. */
const WAKE_AT_ONCE = 64;
/** With more entries changed than this, asking who is concerned costs more than waking everybody. */
const MAX_COMPARED = 64;

const NOBODY = new SelectorSet([]);

/** What a stream shows, and therefore wants to hear about. */
export interface Interest {
  readonly selectors: SelectorSet;
  /** The entries whose SVIDs it shows or waits for. */
  readonly entryIds: readonly string[];
}

/** What has happened to the caches; whatever is left out has not changed. */
export interface Change {
  /** The entries that have come, gone or changed, both as they were and as they are. */
  readonly entries?: readonly RegistrationEntry[];
  /** The entries that have new SVIDs. */
  readonly svidsOf?: ReadonlySet<string>;
  readonly bundles?: boolean;
}

/**
 * One open stream. It is told that something may have changed, never what: there is nothing to queue for it, and a slow
 * one simply looks later.
 */
export class Subscriber {
  readonly #onInterest: (subscriber: Subscriber, before: Interest, after: Interest) => void;
  #interest: Interest = { selectors: NOBODY, entryIds: [] };
  #isStale = false;
  #wake: (() => void) | undefined;

  constructor(onInterest: (subscriber: Subscriber, before: Interest, after: Interest) => void) {
    this.#onInterest = onInterest;
  }

  get interest(): Interest {
    return this.#interest;
  }

  set interest(interest: Interest) {
    const before = this.#interest;
    this.#interest = interest;
    this.#onInterest(this, before, interest);
  }

  /** Resolves once something may have changed since it last did, or when the signal aborts. */
  async changed(signal: AbortSignal): Promise<void> {
    if (!this.#isStale && !signal.aborted) {
      await new Promise<void>((resolve) => {
        this.#wake = () => {
          signal.removeEventListener('abort', this.#wake!);
          this.#wake = undefined;
          resolve();
        };
        signal.addEventListener('abort', this.#wake);
      });
    }
    this.#isStale = false;
  }

  /** As `changed`, but for no longer than `ms`. */
  async changedWithin(
    ms: number,
    { signal, clock }: { readonly signal: AbortSignal; readonly clock: Clock },
  ): Promise<void> {
    const over = new AbortController();
    const stop = (): void => over.abort();
    signal.addEventListener('abort', stop);
    if (signal.aborted) stop();
    void clock.delay(ms, over.signal).then(stop);
    await this.changed(over.signal);
    stop();
    signal.removeEventListener('abort', stop);
  }

  /** Whether it is waiting and wants to be woken. */
  mark(): boolean {
    this.#isStale = true;
    return this.#wake !== undefined;
  }

  wake(): void {
    this.#wake?.();
  }
}

/** All open streams. */
export class Subscribers {
  readonly #open = new Set<Subscriber>();
  /** How many streams show or wait for the SVID of this entry. */
  readonly #uses = new Map<string, number>();

  open(): Subscriber {
    const subscriber = new Subscriber((own, before, after) => {
      if (!this.#open.has(own)) return;
      this.#count(after.entryIds, 1);
      this.#count(before.entryIds, -1);
    });
    this.#open.add(subscriber);
    return subscriber;
  }

  close(subscriber: Subscriber): void {
    subscriber.interest = { selectors: NOBODY, entryIds: [] };
    this.#open.delete(subscriber);
  }

  get size(): number {
    return this.#open.size;
  }

  isUsed(entryId: string): boolean {
    return this.#uses.has(entryId);
  }

  /** Tells those whom it concerns. They all know at once, and are woken a few at a time. */
  notify(change: Change): void {
    const concerns = concernOf(change);
    const waiting: Subscriber[] = [];
    for (const subscriber of this.#open) {
      if (concerns(subscriber.interest) && subscriber.mark()) waiting.push(subscriber);
    }
    void wakeInTurns(waiting);
  }

  #count(entryIds: readonly string[], by: 1 | -1): void {
    for (const id of entryIds) {
      const uses = (this.#uses.get(id) ?? 0) + by;
      if (uses === 0) this.#uses.delete(id);
      else this.#uses.set(id, uses);
    }
  }
}

function concernOf({ entries = [], svidsOf, bundles = false }: Change) {
  if (bundles || entries.length > MAX_COMPARED) return () => true;
  const requirements = entries.map(({ selectors }) => selectors.map(String));
  return ({ selectors, entryIds }: Interest): boolean =>
    requirements.some((own) => own.every((text) => selectors.has(text))) ||
    (svidsOf !== undefined && entryIds.some((id) => svidsOf.has(id)));
}

async function wakeInTurns(waiting: readonly Subscriber[]): Promise<void> {
  for (let at = 0; at < waiting.length; at += WAKE_AT_ONCE) {
    if (at > 0) await nextTurn();
    for (const subscriber of waiting.slice(at, at + WAKE_AT_ONCE)) subscriber.wake();
  }
}
