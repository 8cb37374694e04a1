import type { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import { EntryCompactor } from './compact-entry.ts';
import type { RegistrationEntry } from './entry.ts';
import { LinksById } from './links-by-id.ts';

/** Every registration entry in memory, found by ID, by parent and by SPIFFE ID. */
export class EntryIndex {
  readonly #compactor = new EntryCompactor();
  readonly #byId = new Map<string, RegistrationEntry>();
  readonly #byParent = new LinksById<RegistrationEntry>();
  readonly #bySpiffeId = new LinksById<RegistrationEntry>();

  get size(): number {
    return this.#byId.size;
  }

  find(id: string): RegistrationEntry | undefined {
    return this.#byId.get(id);
  }

  /** In order of creation, which an update does not change. */
  all(): IterableIterator<RegistrationEntry> {
    return this.#byId.values();
  }

  childrenOf(parentId: SpiffeId): ReadonlySet<RegistrationEntry> {
    return this.#byParent.of(parentId);
  }

  /** The entries that give this identity. */
  giving(spiffeId: SpiffeId): ReadonlySet<RegistrationEntry> {
    return this.#bySpiffeId.of(spiffeId);
  }

  /** Adds an entry, or replaces the one of the same ID. */
  put(given: RegistrationEntry): void {
    const entry = this.#compactor.compact(given);
    this.#unlink(entry.id);
    this.#byId.set(entry.id, entry);
    this.#byParent.add(entry.parentId, entry);
    this.#bySpiffeId.add(entry.spiffeId, entry);
  }

  delete(id: string): void {
    this.#unlink(id);
    this.#byId.delete(id);
  }

  #unlink(id: string): void {
    const entry = this.#byId.get(id);
    if (entry === undefined) return;
    this.#byParent.delete(entry.parentId, entry);
    this.#bySpiffeId.delete(entry.spiffeId, entry);
  }
}
