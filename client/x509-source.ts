import { setTimeout as delay } from 'node:timers/promises';
import type { BundleSet } from '@vouchsafe/pki/bundle/bundle-set';
import type { X509Svid } from '@vouchsafe/pki/x509/x509-svid';
import { ClientError } from './errors.ts';
import { retryDelayMs } from './retry-delay.ts';
import { workloadTarget } from './workload-target.ts';
import { judgeFailure, streamX509 } from './x509-stream.ts';
import type { OfferedSvid, X509Update } from './x509-update.ts';

/** Who this process is, and by what it judges others. */
export interface X509Identity {
  readonly svid: X509Svid;
  readonly bundles: BundleSet;
}

export interface X509SourceOptions {
  /** `unix:///PATH`, `tcp://IP:PORT` or an absolute path; SPIFFE_ENDPOINT_SOCKET if left out. */
  readonly socket?: string;
  /** Gives up waiting for the first identity; later it closes the source. */
  readonly signal?: AbortSignal;
  /** Chooses among several identities; the first, the default identity, if left out. */
  readonly picker?: (offers: readonly OfferedSvid[]) => X509Svid;
  /** Told of each failed attempt to reach the Workload API, which is tried again. */
  readonly onFailure?: (error: unknown) => void;
}

type Subscriber = (identity: X509Identity) => void;

/**
 * The X.509 identity of this process, always the newest: it follows the Workload API until closed. When the API cannot
 * be reached, or sends what does not parse, the last identity stays, and peers judge whether it still holds; when it
 * says that this process has no identity, the source has none either (Workload API §5.2.1).
 */
export class X509Source {
  readonly #target: string;
  readonly #options: X509SourceOptions;
  readonly #stop = new AbortController();
  readonly #subscribers = new Set<Subscriber>();
  #identity: X509Identity | undefined;
  #failures = 0;
  /** Resolves once the source is closed; rejects when the Workload API refuses the question itself. */
  readonly ended: Promise<void>;

  private constructor(options: X509SourceOptions) {
    this.#target = workloadTarget(options.socket, process.env);
    this.#options = options;
    const close = (): void => this.close();
    options.signal?.addEventListener('abort', close, { once: true });
    if (options.signal?.aborted === true) close();
    this.ended = this.#run().finally(() => options.signal?.removeEventListener('abort', close));
    this.ended.catch(() => undefined); // who wants to know awaits it
  }

  /**
   * Resolves with the first identity; waits for as long as the Workload API has none or cannot be reached.
   * @throws ClientError CLIENT_NO_ENDPOINT; CLIENT_CLOSED when `signal` aborts first; PkiError PKI_ENDPOINT_*; the
   * ServiceError of grpc-js when the Workload API refuses the question itself
   */
  static async open(options: X509SourceOptions = {}): Promise<X509Source> {
    const source = new X509Source(options);
    await new Promise<void>((resolve, reject) => {
      const unsubscribe = source.subscribe(() => {
        unsubscribe();
        resolve();
      });
      source.ended.then(() => reject(new ClientError('CLIENT_CLOSED')), reject);
    });
    return source;
  }

  /** @throws ClientError CLIENT_NO_IDENTITY, CLIENT_CLOSED */
  get identity(): X509Identity {
    if (this.#stop.signal.aborted) throw new ClientError('CLIENT_CLOSED');
    if (this.#identity === undefined) throw new ClientError('CLIENT_NO_IDENTITY');
    return this.#identity;
  }

  /** The SVID to present. @throws ClientError CLIENT_NO_IDENTITY, CLIENT_CLOSED */
  get svid(): X509Svid {
    return this.identity.svid;
  }

  /** The bundles to judge peers by. @throws ClientError CLIENT_NO_IDENTITY, CLIENT_CLOSED */
  get bundles(): BundleSet {
    return this.identity.bundles;
  }

  /** Calls back with each identity from now on. @returns what ends that */
  subscribe(subscriber: Subscriber): () => void {
    this.#subscribers.add(subscriber);
    return () => void this.#subscribers.delete(subscriber);
  }

  /** Stops following, and forgets the identity. */
  close(): void {
    this.#stop.abort();
    this.#identity = undefined;
    this.#subscribers.clear();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      try {
        for await (const update of streamX509(this.#target, signal)) this.#accept(update);
      } catch (error) {
        this.#fail(error);
      }
      const delayMs = retryDelayMs(this.#failures, Math.random());
      await delay(delayMs, undefined, { signal }).catch(() => undefined); // only an abort rejects
    }
  }

  #accept(update: X509Update): void {
    if (this.#stop.signal.aborted) return;
    const { picker } = this.#options;
    const svid = picker === undefined ? update.svids[0]!.svid : picker(update.svids);
    const identity = { svid, bundles: update.bundles };
    this.#failures = 0;
    this.#identity = identity;
    for (const subscriber of [...this.#subscribers]) subscriber(identity);
  }

  /** @throws what it is given, when asking again makes no sense */
  #fail(error: unknown): void {
    if (this.#stop.signal.aborted) return; // that is how a stream ends that was cancelled
    const verdict = judgeFailure(error);
    if (verdict === 'give-up') throw error;
    if (verdict === 'no-identity') this.#identity = undefined;
    this.#failures++;
    this.#options.onFailure?.(error);
  }
}
