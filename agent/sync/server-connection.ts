import { Channel, Client, credentials, status } from '@grpc/grpc-js';
import type {
  CallOptions,
  ClientUnaryCall,
  Metadata,
  MethodDefinition,
  ServiceError,
} from '@grpc/grpc-js';
import { serviceDefinition } from '@vouchsafe/proto/services';
import type {
  RequestOf,
  ResponseOf,
  ServiceDefinition,
  ServiceName,
} from '@vouchsafe/proto/services';
import { STATUS_DETAILS_KEY, decodeStatusDetails } from '@vouchsafe/proto/status-details';
import { formatAddress } from '../../runtime/address.ts';
import type { Address } from '../../runtime/address.ts';
import { systemClock } from '../../runtime/clock.ts';
import { SpiffeChannelCredentials } from '../../runtime/tls/spiffe-channel.ts';
import type { TlsIdentity } from '../../runtime/tls/spiffe-channel.ts';
import { AgentError } from '../errors.ts';
import { CallError } from './call-error.ts';

/** What SPIRE's agents give the server for each call. */
const CALL_MS = 30_000;
/** The unpaged list of 100,000 entries comes to this. */
const MAX_MESSAGE_BYTES = 64 << 20;
/** A server that is away refuses at no cost; what an agent waits beyond its return is time without it. */
const RECONNECT_FIRST_MS = 500;
const RECONNECT_MAX_MS = 2000;

export interface ServerConnectionInit {
  readonly address: Address;
  readonly identity: TlsIdentity;
}

/** A stream of messages both ways, read one at a time. */
export interface Exchange<Request, Response> {
  send(request: Request): void;
  /** The next message; undefined when the server has ended the stream well. @throws CallError, AgentError */
  receive(): Promise<Response | undefined>;
  /** Says that nothing more will be sent or read. */
  end(): void;
}

/** Messages of the server, for as long as it has any. */
export interface Subscription<Response> {
  /** The next message; undefined when the server has ended the stream well. @throws CallError, AgentError */
  receive(): Promise<Response | undefined>;
  /** Says that nothing more will be read. */
  end(): void;
  /** The server has fallen silent: ends it, and what is called from now on uses a new connection. */
  abandon(): void;
}

interface Cancellable {
  cancel(): void;
}

/** Calls to the server over one channel, which connects and reconnects by itself. */
export class ServerConnection {
  readonly #init: ServerConnectionInit;
  readonly #active = new Set<Cancellable>();
  #client: Client | undefined;
  #generation = 0;
  /** Why the server at the other end was not accepted, the last time one answered. */
  #refusal: unknown;

  constructor(init: ServerConnectionInit) {
    this.#init = init;
  }

  /** One call with one answer. @throws CallError; AgentError AGENT_SERVER_UNTRUSTED */
  async unary<N extends ServiceName, M extends keyof ServiceDefinition<N>>(
    service: N,
    method: M,
    request: RequestOf<N, M>,
  ): Promise<ResponseOf<N, M>> {
    const definition = methodDefinition(service, method);
    try {
      return await this.#call(definition, request);
    } catch (error) {
      // The old SVID ceased to be honoured while the call was under way: it is as if it had come too late.
      if (!(error instanceof CallError && error.reason !== undefined && error.isSuperseded)) {
        throw error;
      }
      return this.#call(definition, request);
    }
  }

  async #call<Request, Response>(
    { path, requestSerialize, responseDeserialize }: MethodDefinition<Request, Response>,
    request: Request,
  ): Promise<Response> {
    const generation = this.#generation;
    let call: ClientUnaryCall | undefined;
    try {
      return await new Promise<Response>((resolve, reject) => {
        call = this.#connected().makeUnaryRequest(
          path,
          requestSerialize,
          responseDeserialize,
          request,
          callOptions(),
          (error, response) => {
            if (error === null) resolve(response!);
            else reject(error);
          },
        );
        this.#active.add(call);
      });
    } catch (error) {
      throw this.#failure(error, generation);
    } finally {
      if (call !== undefined) this.#active.delete(call);
    }
  }

  /** A call with streams both ways. */
  exchange<N extends ServiceName, M extends keyof ServiceDefinition<N>>(
    service: N,
    method: M,
  ): Exchange<RequestOf<N, M>, ResponseOf<N, M>> {
    const { path, requestSerialize, responseDeserialize } = methodDefinition(service, method);
    const stream = this.#connected().makeBidiStreamRequest(
      path,
      requestSerialize,
      responseDeserialize,
      callOptions(),
    );
    const generation = this.#generation;
    this.#active.add(stream);
    stream.on('error', () => this.#active.delete(stream)); // receive() throws it too
    const messages = stream[Symbol.asyncIterator]() as AsyncIterator<ResponseOf<N, M>, undefined>;
    return {
      send: (request) => void stream.write(request),
      receive: async () => {
        try {
          return (await messages.next()).value;
        } catch (error) {
          throw this.#failure(error, generation);
        }
      },
      end: () => {
        stream.end();
        stream.cancel();
        this.#active.delete(stream);
      },
    };
  }

  /** A call with a stream of answers, without limit of time. */
  subscribe<N extends ServiceName, M extends keyof ServiceDefinition<N>>(
    service: N,
    method: M,
    request: RequestOf<N, M>,
  ): Subscription<ResponseOf<N, M>> {
    const { path, requestSerialize, responseDeserialize } = methodDefinition(service, method);
    const stream = this.#connected().makeServerStreamRequest(
      path,
      requestSerialize,
      responseDeserialize,
      request,
    );
    const generation = this.#generation;
    const end = (): void => {
      stream.cancel();
      this.#active.delete(stream);
    };
    this.#active.add(stream);
    stream.on('error', () => this.#active.delete(stream)); // receive() throws it too
    const messages = stream[Symbol.asyncIterator]() as AsyncIterator<ResponseOf<N, M>, undefined>;
    return {
      receive: async () => {
        try {
          return (await messages.next()).value;
        } catch (error) {
          throw this.#failure(error, generation);
        }
      },
      end,
      abandon: () => {
        end();
        if (generation === this.#generation) this.renew();
      },
    };
  }

  /** Calls made from now on use a new connection, with whatever identity is current then; those under way go on. */
  renew(): void {
    this.#generation++;
    this.#client?.close();
    this.#client = undefined;
  }

  /** Ends all calls under way. */
  close(): void {
    for (const call of this.#active) call.cancel();
    this.renew();
  }

  #connected(): Client {
    this.#client ??= this.#open();
    return this.#client;
  }

  #open(): Client {
    this.#refusal = undefined;
    const { address, identity } = this.#init;
    const watched: TlsIdentity = {
      present: () => identity.present(),
      verify: (chain) => {
        try {
          identity.verify(chain);
          this.#refusal = undefined;
        } catch (error) {
          this.#refusal = error;
          throw error;
        }
      },
    };
    // Credentials of its own, and a pool of its own: otherwise a new channel would be given the old connection.
    const channel = new Channel(target(address), new SpiffeChannelCredentials(watched), {
      'grpc.use_local_subchannel_pool': 1,
      'grpc.max_receive_message_length': MAX_MESSAGE_BYTES,
      'grpc.initial_reconnect_backoff_ms': RECONNECT_FIRST_MS,
      'grpc.max_reconnect_backoff_ms': RECONNECT_MAX_MS,
      'grpc.service_config_disable_resolution': 1,
      'grpc.enable_retries': 0,
      'grpc.enable_channelz': 0,
    });
    return new Client('', credentials.createInsecure(), { channelOverride: channel }); // of the channel alone
  }

  /** A connection that stopped answering would be used again for the next call: it is given up. */
  #failure(error: unknown, generation: number): Error {
    if (!isServiceError(error)) return error instanceof Error ? error : new Error(String(error));
    if (error.code === status.UNAVAILABLE && this.#refusal !== undefined) {
      return new AgentError('AGENT_SERVER_UNTRUSTED', {
        detail: formatAddress(this.#init.address),
        cause: this.#refusal,
      });
    }
    const isSuperseded = generation !== this.#generation;
    if (error.code === status.DEADLINE_EXCEEDED && !isSuperseded) this.renew();
    const reason = deniedReason(error.metadata);
    return new CallError(error.code, error.details, { reason, isSuperseded, cause: error });
  }
}

function methodDefinition<N extends ServiceName, M extends keyof ServiceDefinition<N>>(
  service: N,
  method: M,
) {
  return serviceDefinition(service)[method] as unknown as MethodDefinition<
    RequestOf<N, M>,
    ResponseOf<N, M>
  >;
}

/** Calls are limited by real time, whatever the agent's clock says. */
function callOptions(): CallOptions {
  return { deadline: systemClock.now().getTime() + CALL_MS };
}

function target(address: Address): string {
  return address.kind === 'unix' ? formatAddress(address) : `dns:${formatAddress(address)}`;
}

function isServiceError(error: unknown): error is ServiceError {
  return error instanceof Error && typeof (error as { code?: unknown }).code === 'number';
}

function deniedReason(metadata: Metadata | undefined) {
  const [details] = metadata?.get(STATUS_DETAILS_KEY) ?? [];
  return details instanceof Buffer ? decodeStatusDetails(details)?.reason : undefined;
}
