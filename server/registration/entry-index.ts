import type { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import type { RegistrationEntry } from './entry.ts';

/** Every registration entry in memory, found by ID, by parent and by SPIFFE ID. */
export class EntryIndex {
  readonly #byId = new Map<string, RegistrationEntry>();
  readonly #byParent = new Map<string, Set<RegistrationEntry>>();
  readonly #bySpiffeId = new Map<string, Set<RegistrationEntry>>();

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
    return this.#byParent.get(parentId.toString()) ?? NONE;
  }

  /** The entries that give this identity. */
  giving(spiffeId: SpiffeId): ReadonlySet<RegistrationEntry> {
    return this.#bySpiffeId.get(spiffeId.toString()) ?? NONE;
  }

  /** Adds an entry, or replaces the one of the same ID. */
  put(entry: RegistrationEntry): void {
    this.#unlink(entry.id);
    this.#byId.set(entry.id, entry);
    link(this.#byParent, entry.parentId.toString(), entry);
    link(this.#bySpiffeId, entry.spiffeId.toString(), entry);
  }

  delete(id: string): void {
    this.#unlink(id);
    this.#byId.delete(id);
  }

  #unlink(id: string): void {
    const entry = this.#byId.get(id);
    if (entry === undefined) return;
    unlink(this.#byParent, entry.parentId.toString(), entry);
    unlink(this.#bySpiffeId, entry.spiffeId.toString(), entry);
  }
}

type Links = Map<string, Set<RegistrationEntry>>;

const NONE: ReadonlySet<RegistrationEntry> = new Set();

function link(links: Links, key: string, entry: RegistrationEntry): void {
  const linked = links.get(key);
  if (linked === undefined) links.set(key, new Set([entry]));
  else linked.add(entry);
}

function unlink(links: Links, key: string, entry: RegistrationEntry): void {
  const linked = links.get(key);
  linked?.delete(entry);
  if (linked?.size === 0) links.delete(key);
}
