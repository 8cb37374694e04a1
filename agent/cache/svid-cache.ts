import type { KeyPair } from '@vouchsafe/pki/keys/key-pair';
import type { Certificate } from '@vouchsafe/pki/x509/certificate';
import type { RegistrationEntry } from './entry.ts';
import { Subscribers } from './subscriber.ts';
import type { Subscriber } from './subscriber.ts';

export interface WorkloadSvidInit {
  readonly entry: RegistrationEntry;
  /** Leaf first. */
  readonly chain: readonly Certificate[];
  readonly key: KeyPair;
  readonly renewAt: Date;
}

/** An X509-SVID with its private key, as its workload gets it. */
export class WorkloadSvid {
  readonly spiffeId: string;
  /** DER, back to back, leaf first. */
  readonly certificates: Buffer;
  /** PKCS#8 DER. */
  readonly privateKey: Buffer;
  readonly expiresAt: Date;
  readonly renewAt: Date;
  /** Which X.509 authority it leads to. */
  readonly authorityKeyId: string | undefined;
  readonly #version: string;

  constructor({ entry, chain, key, renewAt }: WorkloadSvidInit) {
    this.spiffeId = entry.spiffeId.toString();
    this.certificates = Buffer.concat(chain.map(({ raw }) => raw));
    this.privateKey = key.privateKey.export({ format: 'der', type: 'pkcs8' });
    this.expiresAt = chain[0]!.notAfter;
    this.renewAt = renewAt;
    this.authorityKeyId = chain.at(-1)!.authorityKeyId;
    this.#version = versionOf(entry);
  }

  /** Whether it was issued from this version of the entry, and so says what the entry says. */
  isOf(entry: RegistrationEntry): boolean {
    return this.#version === versionOf(entry) && this.isFor(entry);
  }

  /** Whether it still is the identity that the entry gives, be it from an earlier version. */
  isFor(entry: RegistrationEntry): boolean {
    return this.spiffeId === entry.spiffeId.toString();
  }
}

function versionOf({ revision, createdAt }: RegistrationEntry): string {
  return `${revision}@${createdAt}`;
}

/** The X509-SVIDs that are signed, by entry, and the streams that show them. */
export class SvidCache {
  readonly #svids = new Map<string, WorkloadSvid>();
  /** Entries whose SVID somebody needed and did not find. */
  readonly #requested = new Set<string>();
  readonly subscribers = new Subscribers();
  #onRequest: () => void = () => undefined;

  find(entryId: string): WorkloadSvid | undefined {
    return this.#svids.get(entryId);
  }

  /** When the first of them expires; undefined when there are none. */
  get firstExpiry(): Date | undefined {
    let first: Date | undefined;
    for (const { expiresAt } of this.#svids.values()) {
      if (first === undefined || expiresAt < first) first = expiresAt;
    }
    return first;
  }

  get size(): number {
    return this.#svids.size;
  }

  /** Opens a stream's view of the cache; it must be closed. */
  subscribe(): Subscriber {
    return this.subscribers.open();
  }

  unsubscribe(subscriber: Subscriber): void {
    this.subscribers.close(subscriber);
  }

  /** Asks for SVIDs to be signed as soon as possible. */
  request(entries: readonly RegistrationEntry[]): void {
    const before = this.#requested.size;
    for (const { id } of entries) this.#requested.add(id);
    if (this.#requested.size > before) this.#onRequest();
  }

  /** Names who is told when something is requested. */
  set onRequest(listener: () => void) {
    this.#onRequest = listener;
  }

  /** Whether its SVID is shown or waited for. */
  isWanted(entryId: string): boolean {
    return this.#requested.has(entryId) || this.subscribers.isUsed(entryId);
  }

  /** Publishes SVIDs just signed, by entry ID. */
  put(svids: ReadonlyMap<string, WorkloadSvid>): void {
    for (const [id, svid] of svids) {
      this.#svids.set(id, svid);
      this.#requested.delete(id);
    }
    if (svids.size > 0) this.subscribers.notify({ svidsOf: new Set(svids.keys()) });
  }

  /** Forgets SVIDs whose entries are gone, or that there is no room for. */
  drop(entryIds: Iterable<string>): void {
    for (const id of entryIds) {
      this.#svids.delete(id);
      this.#requested.delete(id);
    }
  }
}
