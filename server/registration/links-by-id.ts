import type { SpiffeId } from '@vouchsafe/pki/spiffe-id';

/** Things by a SPIFFE ID that most of them have for themselves alone: a set is made once there are two. */
export class LinksById<T extends object> {
  /** By the name of the trust domain, then by the path, which is in memory already. */
  readonly #links = new Map<string, Map<string, T | Set<T>>>();

  of({ trustDomain: { name }, path }: SpiffeId): ReadonlySet<T> {
    const linked = this.#links.get(name)?.get(path);
    if (linked === undefined) return NONE;
    return linked instanceof Set ? linked : new Set([linked]);
  }

  add({ trustDomain: { name }, path }: SpiffeId, thing: T): void {
    const paths = this.#links.get(name) ?? new Map<string, T | Set<T>>();
    this.#links.set(name, paths);
    const linked = paths.get(path);
    if (linked === undefined) paths.set(path, thing);
    else if (linked instanceof Set) linked.add(thing);
    else paths.set(path, new Set([linked, thing]));
  }

  delete({ trustDomain: { name }, path }: SpiffeId, thing: T): void {
    const paths = this.#links.get(name);
    const linked = paths?.get(path);
    if (linked instanceof Set) {
      linked.delete(thing);
      if (linked.size === 0) paths?.delete(path);
    } else if (linked === thing) {
      paths?.delete(path);
    }
  }
}

const NONE: ReadonlySet<never> = new Set<never>();
