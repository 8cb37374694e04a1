import { Metadata, credentials } from '@grpc/grpc-js';
import type { Client, ClientReadableStream, ServiceError } from '@grpc/grpc-js';
import { join } from 'node:path';
import { createClient, serviceDefinition } from '@vouchsafe/proto/services';
import type { RequestOf, ResponseOf, ServiceClient } from '@vouchsafe/proto/services';
import type { Test } from 'tap';
import { BundleCache } from '../../agent/cache/bundle-cache.ts';
import { EntryIndex } from '../../agent/cache/entry-index.ts';
import type { RegistrationEntry } from '../../agent/cache/entry.ts';
import { SvidCache } from '../../agent/cache/svid-cache.ts';
import { healthService } from '../../agent/endpoints/health.ts';
import { PeerTracker } from '../../agent/endpoints/peer-tracker.ts';
import type { Peer } from '../../agent/endpoints/peer-tracker.ts';
import { PublicSocket } from '../../agent/endpoints/public-socket.ts';
import { Readiness } from '../../agent/endpoints/readiness.ts';
import { workloadApi } from '../../agent/endpoints/workload-api.ts';
import type { WorkloadApiDeps } from '../../agent/endpoints/workload-api.ts';
import { WorkloadGate } from '../../agent/endpoints/workload-gate.ts';
import type { WorkloadCall } from '../../agent/endpoints/workload-gate.ts';
import { readExecutable } from '../../agent/workload/executable.ts';
import { RpcServer } from '../../runtime/rpc/rpc-server.ts';
import { captureLog } from './capture-log.ts';
import { selectorsOf } from './entries.ts';
import { FakeCa } from './fake-ca.ts';
import { FakeClock } from './fake-clock.ts';
import { temporaryDirectory } from './socket-path.ts';
import { bundleOf, workloadSvid } from './workload-svids.ts';

type Method = keyof ServiceClient<'workloadApi'> & `${'Fetch' | 'Validate'}${string}`;
type StreamMethod = 'FetchX509SVID' | 'FetchX509Bundles' | 'FetchJWTBundles';
type UnaryMethod = 'FetchJWTSVID' | 'ValidateJWTSVID';

export const HEADER: Readonly<Record<string, string>> = { 'workload.spiffe.io': 'true' };

export function metadataOf(headers: Readonly<Record<string, string>> = HEADER): Metadata {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(headers)) metadata.set(name, value);
  return metadata;
}

/** A workload's stream, read message by message. */
export class WorkloadStream<Message> {
  readonly raw: ClientReadableStream<Message>;
  readonly #messages: AsyncIterator<Message>;

  constructor(raw: ClientReadableStream<Message>) {
    this.raw = raw;
    raw.on('error', () => undefined); // next() throws it too
    this.#messages = raw[Symbol.asyncIterator]() as AsyncIterator<Message>;
  }

  /** The next message. @throws ServiceError as which the stream ended */
  async next(): Promise<Message> {
    const result = await this.#messages.next();
    if (result.done === true) throw new Error('the stream ended with OK');
    return result.value;
  }
}

/** A Workload API client as any other: its own connection, the header, no help from the agent. */
export class WorkloadClient {
  readonly #client: ServiceClient<'workloadApi'>;
  readonly #open: ClientReadableStream<unknown>[] = [];

  constructor(t: Pick<Test, 'teardown'>, path: string) {
    this.#client = createClient('workloadApi', `unix:${path}`, credentials.createInsecure(), {
      'grpc.use_local_subchannel_pool': 1,
    });
    t.teardown(() => this.close());
  }

  stream<M extends StreamMethod>(
    method: M,
    headers = HEADER,
  ): WorkloadStream<ResponseOf<'workloadApi', M>> {
    const call = this.#start(method, {}, metadataOf(headers));
    this.#open.push(call);
    return new WorkloadStream(call as ClientReadableStream<ResponseOf<'workloadApi', M>>);
  }

  unary<M extends UnaryMethod>(
    method: M,
    request: RequestOf<'workloadApi', M> & object,
    headers = HEADER,
  ): Promise<ResponseOf<'workloadApi', M>> {
    return this.#ask(method, request, metadataOf(headers)) as Promise<ResponseOf<'workloadApi', M>>;
  }

  /** Any method, whatever its shape: resolves with the status that it ends with. */
  status(method: Method, request: object = {}, headers = HEADER): Promise<ServiceError> {
    const metadata = metadataOf(headers);
    return new Promise((resolve, reject) => {
      if (method === 'FetchJWTSVID' || method === 'ValidateJWTSVID') {
        this.#ask(method, request, metadata).then(() => reject(new Error('an answer')), resolve);
        return;
      }
      const stream = this.#start(method, request, metadata);
      stream.on('error', resolve);
      stream.on('data', () => reject(new Error('a message')));
    });
  }

  get base(): Client {
    return this.#client;
  }

  close(): void {
    for (const call of this.#open) call.cancel();
    this.#client.close();
  }

  #start(method: Method, request: object, metadata: Metadata): ClientReadableStream<unknown> {
    const start = this.#client[method] as unknown as (
      request: object,
      metadata: Metadata,
    ) => ClientReadableStream<unknown>;
    return start.call(this.#client, request, metadata);
  }

  #ask(method: Method, request: object, metadata: Metadata): Promise<unknown> {
    const ask = this.#client[method] as unknown as (
      request: object,
      metadata: Metadata,
      callback: (error: ServiceError | null, answer: unknown) => void,
    ) => void;
    return new Promise((resolve, reject) => {
      ask.call(this.#client, request, metadata, (error, answer) => {
        if (error === null) resolve(answer);
        else reject(error);
      });
    });
  }
}

export interface EndpointOptions extends Partial<WorkloadApiDeps> {
  readonly notReady?: boolean;
  /** What is found out about every caller; a `Test`'s own uid as `unix:uid:1000` where nothing else is said. */
  readonly attest?: (peer: Peer) => readonly string[] | Promise<readonly string[]>;
}

/** The Workload API on a real socket over caches that a test fills; callers are attested as it says. */
export async function startEndpoint(t: Test, options: EndpointOptions = {}) {
  const { notReady = false, attest = () => ['unix:uid:1000'], ...overrides } = options;
  const clock = new FakeClock();
  const ca = await FakeCa.create('example.org', clock);
  const caches = { index: new EntryIndex(), svids: new SvidCache(), bundles: new BundleCache() };
  const readiness = new Readiness(clock);
  const captured = captureLog();
  const { log } = captured;
  const tracker = new PeerTracker({ clock, readExecutable });
  const attestation = {
    count: 0,
    attest: async (peer: Peer) => {
      attestation.count++;
      return selectorsOf(...(await attest(peer)));
    },
  };
  const rpc = new RpcServer<WorkloadCall>({
    gate: new WorkloadGate({ tracker, attestation, log }),
  });
  const jwtSvids = {
    fetch: (entry: RegistrationEntry, audience: readonly string[]) =>
      ca.issueJwt(entry.spiffeId.toString(), audience, 300),
  };
  const api = workloadApi({
    ...caches,
    readiness,
    jwtSvids,
    allowUnauthenticatedVerifiers: false,
    allowedForeignJwtClaims: [],
    clock,
    log,
    ...overrides,
  });
  rpc.addService(serviceDefinition('workloadApi'), api);
  rpc.addService(serviceDefinition('health'), healthService(readiness));
  const path = join(temporaryDirectory(t), 'a', 'api.sock');
  const limits = { total: 10_000, perUid: 10_000 };
  const socket = new PublicSocket({ path, limits, clock, log, tracker, rpc });
  await socket.listen();
  const close = async (): Promise<void> => {
    socket.close();
    await rpc.close();
  };
  t.teardown(close);
  if (!notReady) {
    caches.bundles.replace(bundleOf(ca), new Map());
    readiness.reach();
  }
  const endpoint = {
    ...{ ca, clock, path, readiness, attestation, tracker, close, captured },
    ...caches,
    /** A new connection. */
    client: () => new WorkloadClient(t, path),
    /** Adds or changes entries, each with an SVID of that version, and tells the streams. */
    issue: async (...entries: RegistrationEntry[]): Promise<void> => {
      const before = entries.map(({ id }) => caches.index.find(id)).filter((e) => e !== undefined);
      for (const entry of entries) caches.index.put(entry);
      caches.svids.subscribers.notify({ entries: [...before, ...entries] });
      for (const entry of entries) {
        caches.svids.put(new Map([[entry.id, await workloadSvid(ca, entry)]]));
      }
    },
    withdraw: (id: string): void => {
      const entry = caches.index.find(id)!;
      caches.index.delete(id);
      caches.svids.drop([id]);
      caches.svids.subscribers.notify({ entries: [entry] });
    },
    /** Publishes bundles: the own as the CA has it now, and those of others. */
    publish: (...others: FakeCa[]): void => {
      const federated = others.map((other) => [other.trustDomain.name, bundleOf(other)] as const);
      if (caches.bundles.replace(bundleOf(ca), new Map(federated))) {
        caches.svids.subscribers.notify({ bundles: true });
      }
    },
  };
  return endpoint;
}
