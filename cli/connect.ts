import { lstat } from 'node:fs/promises';
import { connect as connectSocket } from 'node:net';
import { resolve } from 'node:path';
import { Client, Metadata, credentials, status } from '@grpc/grpc-js';
import type { MethodDefinition, ServiceError } from '@grpc/grpc-js';
import { serviceDefinition } from '@vouchsafe/proto/services';
import type {
  RequestOf,
  ResponseOf,
  ServiceDefinition,
  ServiceName,
} from '@vouchsafe/proto/services';
import { formatAddress } from '../runtime/address.ts';
import type { Address } from '../runtime/address.ts';
import { systemClock } from '../runtime/clock.ts';
import { systemCode } from '../runtime/errors.ts';
import { defaultSocketPath, systemSocketPath } from './default-paths.ts';
import type { DaemonName, SocketName } from './default-paths.ts';
import { CliError } from './errors.ts';
import type { Terminal } from './terminal.ts';

/** A list comes in pages, but the entries of a page may be large. */
const MAX_MESSAGE_BYTES = 64 << 20;
const CALL_MS = 30_000;

/** One of our daemons, and where it is. */
export interface Target {
  readonly daemon: DaemonName;
  readonly address: Address;
  /** How long a call may take; 30 seconds unless said. */
  readonly callTimeoutMs?: number;
}

/** The administration socket of the server on this host. */
export async function adminTarget(path: string | undefined, terminal: Terminal): Promise<Target> {
  return { daemon: 'server', address: await socketAddress('server', path, terminal) };
}

/** The administration socket of the agent on this host. */
export async function agentAdminTarget(
  path: string | undefined,
  terminal: Terminal,
): Promise<Target> {
  return { daemon: 'agent', address: await socketAddress('agent-admin', path, terminal) };
}

/** A socket as it was given, else this user's own, else that of the whole host. */
export async function socketAddress(
  daemon: SocketName,
  path: string | undefined,
  terminal: Terminal,
): Promise<Address> {
  if (path !== undefined) return { kind: 'unix', path: resolve(path) };
  const own = await defaultSocketPath(terminal, daemon);
  const system = systemSocketPath(daemon);
  const isSystem = !(await exists(own)) && (await exists(system));
  return { kind: 'unix', path: isSystem ? system : own };
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

/** The daemon answered with a status, or the connection broke; `status` is the gRPC code. */
export class CallFailure extends CliError {
  readonly status: status;
  readonly details: string;

  constructor({ daemon }: Target, error: ServiceError) {
    super('CLI_CALL_FAILED', `the ${daemon} answered ${status[error.code]}: ${error.details}`, {
      cause: error,
    });
    this.status = error.code;
    this.details = error.details;
  }
}

/** Plaintext gRPC to a daemon on this host. */
export class Connection {
  readonly #target: Target;
  readonly #client: Client;

  private constructor(target: Target) {
    this.#target = target;
    this.#client = new Client(uriOf(target.address), credentials.createInsecure(), {
      'grpc.max_receive_message_length': MAX_MESSAGE_BYTES,
      'grpc.enable_http_proxy': 0,
    });
  }

  /** @throws CliError CLI_SOCKET_*, saying how to start what should be there */
  static async open(target: Target): Promise<Connection> {
    await checkReachable(target);
    return new Connection(target);
  }

  /** @throws CallFailure */
  unary<N extends ServiceName, M extends keyof ServiceDefinition<N>>(
    service: N,
    method: M,
    request: RequestOf<N, M>,
  ): Promise<ResponseOf<N, M>> {
    const { path, requestSerialize, responseDeserialize } = methodDefinition(service, method);
    const deadline = systemClock.now().getTime() + (this.#target.callTimeoutMs ?? CALL_MS);
    return new Promise((resolve, reject) => {
      this.#client.makeUnaryRequest(
        path,
        requestSerialize,
        responseDeserialize,
        request,
        callMetadata(service),
        { deadline },
        (error, response) => {
          if (error === null) resolve(response!);
          else reject(new CallFailure(this.#target, error));
        },
      );
    });
  }

  /** Messages until the signal aborts, which ends them quietly. @throws CallFailure */
  async *stream<N extends ServiceName, M extends keyof ServiceDefinition<N>>(
    service: N,
    method: M,
    { request, signal }: { readonly request: RequestOf<N, M>; readonly signal: AbortSignal },
  ): AsyncGenerator<ResponseOf<N, M>> {
    const { path, requestSerialize, responseDeserialize } = methodDefinition(service, method);
    const call = this.#client.makeServerStreamRequest(
      path,
      requestSerialize,
      responseDeserialize,
      request,
      callMetadata(service),
    );
    const cancel = (): void => call.cancel();
    signal.addEventListener('abort', cancel, { once: true });
    if (signal.aborted) cancel();
    try {
      for await (const message of call) yield message as ResponseOf<N, M>;
    } catch (error) {
      if (!signal.aborted) throw new CallFailure(this.#target, error as ServiceError);
    } finally {
      signal.removeEventListener('abort', cancel);
      call.cancel();
    }
  }

  close(): void {
    this.#client.close();
  }
}

/** Connects, does the work, and disconnects whatever became of it. */
export async function withConnection<T>(
  target: Target,
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  const connection = await Connection.open(target);
  try {
    return await work(connection);
  } finally {
    connection.close();
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

/** Without this header a Workload API answers nobody: a browser that was led to the socket cannot send it (SPIFFE Workload Endpoint §6). */
function callMetadata(service: ServiceName): Metadata {
  const metadata = new Metadata();
  if (service === 'workloadApi') metadata.set('workload.spiffe.io', 'true');
  return metadata;
}

const uriOf = (address: Address): string =>
  address.kind === 'unix' ? formatAddress(address) : `dns:${formatAddress(address)}`;

/** What each failure to connect means; gRPC would say UNAVAILABLE to all of them, after several attempts. */
async function checkReachable({ daemon, address }: Target): Promise<void> {
  const code = await connectError(address);
  if (code === undefined) return;
  const where = address.kind === 'unix' ? address.path : formatAddress(address);
  const start = `Start the ${daemon} with \`vouchsafe ${daemon} run --config FILE\`, or say with --socket where its socket is.`;
  if (code === 'ENOENT') throw new CliError('CLI_SOCKET_MISSING', where, { remedy: start });
  if (code === 'EACCES' || code === 'EPERM') {
    const remedy = `Run the command as the user that the ${daemon} runs as, or as a member of its group.`;
    throw new CliError('CLI_SOCKET_FORBIDDEN', where, { remedy });
  }
  throw new CliError('CLI_SOCKET_REFUSED', `${where} (${code})`, { remedy: start });
}

/** The system’s code for why nothing can be reached there; undefined when somebody answers. */
export function connectError(address: Address): Promise<string | undefined> {
  return new Promise((resolve) => {
    const to = address.kind === 'unix' ? { path: address.path } : address;
    const socket = connectSocket(to, () => {
      socket.destroy();
      resolve(undefined);
    });
    socket.setTimeout(CALL_MS, () => socket.destroy(new Error('ETIMEDOUT')));
    socket.once('error', (error) => resolve(systemCode(error) ?? error.message));
  });
}
