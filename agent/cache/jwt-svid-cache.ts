import type { RegistrationEntry } from './entry.ts';

export interface CachedJwtSvid {
  readonly token: string;
  readonly keyId: string;
  readonly expiresAt: Date;
  readonly renewAt: Date;
}

/** JWT-SVIDs for workloads that ask again, at most `limit` of them, the least recently used first to go. */
export class JwtSvidCache {
  readonly #limit: number;
  readonly #svids = new Map<string, CachedJwtSvid>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#svids.size;
  }

  find(key: string): CachedJwtSvid | undefined {
    const svid = this.#svids.get(key);
    if (svid === undefined) return undefined;
    this.#svids.delete(key);
    this.#svids.set(key, svid);
    return svid;
  }

  put(key: string, svid: CachedJwtSvid): void {
    this.#svids.delete(key);
    if (this.#limit === 0) return;
    if (this.#svids.size >= this.#limit) {
      const [oldest] = this.#svids.keys();
      this.#svids.delete(oldest!);
    }
    this.#svids.set(key, svid);
  }

  delete(key: string): void {
    this.#svids.delete(key);
  }
}

/** One token for one version of an entry and exactly this audience, in this order. */
export function jwtSvidKey(entry: RegistrationEntry, audience: readonly string[]): string {
  // An audience may hold any separator: only an encoding that quotes keeps two of them from looking like another two.
  return JSON.stringify([entry.id, entry.revision, entry.createdAt, ...audience]);
}
