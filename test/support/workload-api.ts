import { once } from 'node:events';
import { join } from 'node:path';
import { generateKeyPair } from '@vouchsafe/pki/keys/key-pair';
import type { X509SVIDResponse } from '@vouchsafe/proto/gen/X509SVIDResponse';
import type { Call } from '../../runtime/rpc/call.ts';
import type { FakeCa } from './fake-ca.ts';
import { serveUnix } from './serve-unix.ts';
import { temporaryDirectory } from './socket-path.ts';

interface Teardown {
  teardown(cleanUp: () => Promise<void> | void): unknown;
}

/** A Workload API over a real socket whose streams say what the test publishes. */
export class FakeWorkloadApi {
  readonly socketPath: string;
  /** The calls it was asked with, in order. */
  readonly calls: Call[] = [];
  #published: X509SVIDResponse | undefined;
  readonly #changes = new EventTarget();
  #failure: Error | undefined;
  #stop = (): Promise<void> => Promise.resolve();

  private constructor(socketPath: string) {
    this.socketPath = socketPath;
  }

  static async start(t: Teardown): Promise<FakeWorkloadApi> {
    const api = new FakeWorkloadApi(join(temporaryDirectory(t), 'api.sock'));
    await api.listen(t);
    return api;
  }

  async listen(t: Teardown): Promise<void> {
    this.#stop = await serveUnix(t, this.socketPath, {
      workloadApi: { FetchX509SVID: (_request, call) => this.#stream(call) },
    });
  }

  /** As an agent that stops: every stream ends, and nobody listens. */
  stop(): Promise<void> {
    return this.#stop();
  }

  /** From now on every stream has this message. */
  publish(message: X509SVIDResponse): void {
    this.#published = message;
    this.#failure = undefined;
    this.#change();
  }

  /** Every stream ends like this, those to come too, until the next message. */
  fail(error: Error): void {
    this.#failure = error;
    this.#change();
  }

  #change(): void {
    this.#changes.dispatchEvent(new Event('change'));
  }

  async *#stream(call: Call): AsyncGenerator<X509SVIDResponse> {
    this.calls.push(call);
    let last: X509SVIDResponse | undefined;
    while (!call.signal.aborted) {
      if (this.#failure !== undefined) throw this.#failure;
      if (this.#published !== undefined && this.#published !== last) {
        last = this.#published;
        yield last;
        continue; // it may have changed while the message was written
      }
      await once(this.#changes, 'change', { signal: call.signal }).catch(() => undefined);
    }
  }
}

interface OfferInit {
  readonly spiffeId: string;
  readonly ttlSeconds?: number;
  readonly hint?: string;
}

/** An X509-SVID of this CA with its key, as the Workload API sends it. */
export async function offerOf(
  ca: FakeCa,
  { spiffeId, ttlSeconds = 3600, hint = '' }: OfferInit,
): Promise<NonNullable<X509SVIDResponse['svids']>[number]> {
  const { publicKeyInfo, privateKey } = await generateKeyPair('ec-p256');
  return {
    spiffe_id: spiffeId,
    x509_svid: await ca.issue({ spiffeId, publicKeyInfo, ttlSeconds }),
    x509_svid_key: privateKey.export({ format: 'der', type: 'pkcs8' }),
    bundle: bundleOf(ca),
    hint,
  };
}

/** The X.509 authorities of this CA, DER one behind the other. */
export const bundleOf = (ca: FakeCa): Buffer => Buffer.concat(ca.certificates.map((c) => c.raw));
