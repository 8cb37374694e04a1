import { resourceExhausted } from '../../runtime/rpc/status.ts';
import { Watcher } from './watcher.ts';

/** One that lost its connection may open the next before the server knows of the loss; several are a mistake. */
const MAX_PER_AGENT = 4;
const MAX_PER_ADMIN = 16;

/** Who watches: an agent, or an administrator, of whom `key` tells one from the other. */
export interface Reader {
  readonly key: string;
  readonly agentId: string | undefined;
}

/** Everybody who watches now. */
export class Watchers {
  readonly #byReader = new Map<string, Set<Watcher>>();
  readonly #byAgent = new Map<string, Set<Watcher>>();
  readonly #admins = new Set<Watcher>();
  readonly #onAcknowledge = new Set<() => void>();

  /** Of too many of one reader the newest are kept: the others are probably those that it has lost. */
  open({ key, agentId }: Reader, revision: number): Watcher {
    const watcher = new Watcher(agentId, revision);
    const own = this.#byReader.get(key) ?? new Set();
    this.#byReader.set(key, own.add(watcher));
    if (agentId === undefined) this.#admins.add(watcher);
    else this.#byAgent.set(agentId, own);
    if (own.size > (agentId === undefined ? MAX_PER_ADMIN : MAX_PER_AGENT)) {
      const [oldest] = own;
      oldest!.end(
        resourceExhausted('a newer stream of the same caller has taken the place of this one'),
      );
      own.delete(oldest!);
    }
    return watcher;
  }

  close({ key, agentId }: Reader, watcher: Watcher): void {
    this.#admins.delete(watcher);
    const own = this.#byReader.get(key);
    own?.delete(watcher);
    if (own?.size === 0) {
      this.#byReader.delete(key);
      if (agentId !== undefined) this.#byAgent.delete(agentId);
    }
    this.#acknowledged(); // nobody waits for one that has gone
  }

  get admins(): Iterable<Watcher> {
    return this.#admins;
  }

  /** Every open stream. */
  *all(): Generator<Watcher> {
    for (const own of this.#byReader.values()) yield* own;
  }

  get agentIds(): Iterable<string> {
    return this.#byAgent.keys();
  }

  of(agentId: string): ReadonlySet<Watcher> {
    return this.#byAgent.get(agentId) ?? NONE;
  }

  /** False when none of its streams has told the agent so much. */
  acknowledge(agentId: string, revision: number): boolean {
    const told = [...this.of(agentId)].filter(({ toldRevision }) => toldRevision >= revision);
    for (const watcher of told) {
      watcher.acknowledgedRevision = Math.max(watcher.acknowledgedRevision, revision);
    }
    if (told.length > 0) this.#acknowledged();
    return told.length > 0;
  }

  /** Tells of each acknowledgement until the function returned is called. */
  onAcknowledge(listener: () => void): () => void {
    this.#onAcknowledge.add(listener);
    return () => this.#onAcknowledge.delete(listener);
  }

  #acknowledged(): void {
    for (const listener of this.#onAcknowledge) listener();
  }
}

const NONE: ReadonlySet<Watcher> = new Set();
