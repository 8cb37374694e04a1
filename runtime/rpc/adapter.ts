import { status } from '@grpc/grpc-js';
import type {
  ServerDuplexStream,
  ServerUnaryCall,
  ServerWritableStream,
  ServiceDefinition,
  UntypedServiceImplementation,
  handleBidiStreamingCall,
  handleServerStreamingCall,
  handleUnaryCall,
  sendUnaryData,
} from '@grpc/grpc-js';
import type { Readable } from 'node:stream';
import type { BidiStream, Call, CallObserver, Gate, ServerStream, Unary } from './call.ts';
import { describeError } from '../errors.ts';
import { startStopwatch } from '../stopwatch.ts';
import { RpcError, toRpcError, unimplemented } from './status.ts';

/** A service written as plain functions and async generators, derived method by method from its generated handlers. */
export type Implementation<Handlers, C extends Call> = {
  readonly [
    Method in keyof Handlers as string extends Method ? never : Method
  ]: Handlers[Method] extends handleUnaryCall<infer Request, infer Response>
    ? Unary<Request, Response, C>
    : Handlers[Method] extends handleBidiStreamingCall<infer Request, infer Response>
      ? BidiStream<Request, Response, C>
      : Handlers[Method] extends handleServerStreamingCall<infer Request, infer Response>
        ? ServerStream<Request, Response, C>
        : never;
};

export interface AdapterOptions<C extends Call> {
  readonly gate: Gate<C>;
  readonly observe?: CallObserver | undefined;
  /** Aborts when the daemon stops: open streams then end with UNAVAILABLE (never OK, which some clients take as final). */
  readonly stopping: AbortSignal;
}

type AnyCall =
  | ServerUnaryCall<unknown, unknown>
  | ServerWritableStream<unknown, unknown>
  | ServerDuplexStream<unknown, unknown>;

/**
 * Turns an implementation into what grpc-js serves; methods it leaves out answer UNIMPLEMENTED. This is the only place
 * where failures become statuses, so no throw in a handler can end the process or leave a caller waiting.
 */
export function adapt<Handlers, C extends Call>(
  definition: ServiceDefinition,
  implementation: Partial<Implementation<Handlers, C>>,
  options: AdapterOptions<C>,
): UntypedServiceImplementation {
  const handlers = implementation as Readonly<Record<string, Unary<unknown, unknown, C>>>;
  const adapted: UntypedServiceImplementation = {};
  for (const [name, { requestStream, responseStream, path }] of Object.entries(definition)) {
    const handler = handlers[name] ?? notImplemented(path);
    if (!responseStream) adapted[name] = unary(path, handler, options);
    else adapted[name] = streaming(path, handler as never, { ...options, requestStream });
  }
  return adapted;
}

/** Behind the gate like any other: who may not call it does not learn that it is missing. */
function notImplemented(method: string): () => never {
  return () => {
    throw unimplemented(`method ${method} is not implemented`);
  };
}

function unary<C extends Call>(
  method: string,
  handler: Unary<unknown, unknown, C>,
  options: AdapterOptions<C>,
): handleUnaryCall<unknown, unknown> {
  return (call, callback) => {
    void answer(method, handler, { call, callback, ...options });
  };
}

interface UnaryCallInfo<C extends Call> extends AdapterOptions<C> {
  readonly call: ServerUnaryCall<unknown, unknown>;
  readonly callback: sendUnaryData<unknown>;
}

async function answer<C extends Call>(
  method: string,
  handler: Unary<unknown, unknown, C>,
  { call, callback, gate, observe, stopping }: UnaryCallInfo<C>,
): Promise<void> {
  const watch = watchCall(method, call, stopping);
  let entered: C | undefined;
  let failure: unknown;
  try {
    entered = await gate.enter(watch.call);
    callback(null, await handler(call.request, entered));
  } catch (error) {
    failure = error ?? toRpcError(error); // undefined can be thrown, and means OK to the gate
    callback(wireError(error));
  }
  watch.end();
  finish({ gate, observe }, watch, { entered, request: call.request, error: failure });
}

interface StreamOptions<C extends Call> extends AdapterOptions<C> {
  readonly requestStream: boolean;
}

function streaming<C extends Call>(
  method: string,
  handler: (request: unknown, call: C) => AsyncIterable<unknown>,
  options: StreamOptions<C>,
): handleServerStreamingCall<unknown, unknown> {
  return (call) => {
    void stream(method, handler, { call, ...options });
  };
}

interface StreamCallInfo<C extends Call> extends StreamOptions<C> {
  readonly call: ServerWritableStream<unknown, unknown>;
}

async function stream<C extends Call>(
  method: string,
  handler: (request: unknown, call: C) => AsyncIterable<unknown>,
  { call, gate, observe, stopping, requestStream }: StreamCallInfo<C>,
): Promise<void> {
  const watch = watchCall(method, call, stopping);
  const request: unknown = requestStream ? undefined : call.request;
  let entered: C | undefined;
  let failure: unknown;
  try {
    entered = await gate.enter(watch.call);
    const { signal } = watch.call;
    const input = requestStream ? messages(call, signal) : request;
    for await (const message of handler(input, entered)) {
      if (watch.call.signal.aborted) break;
      if (!call.write(message)) await drained(call, watch.call.signal);
    }
    watch.call.signal.throwIfAborted();
    call.end();
  } catch (error) {
    const cause: unknown = watch.call.signal.aborted ? watch.call.signal.reason : error;
    failure = cause ?? toRpcError(cause);
    // Only an error event makes grpc-js send trailers with a status; destroy() would leave the caller waiting.
    if (!call.cancelled) call.emit('error', wireError(failure));
  }
  watch.end();
  finish({ gate, observe }, watch, { entered, request, error: failure });
}

/**
 * The caller's messages, until the call is over: a handler that waits for the next one is woken by that. The plain async
 * iterator of a Node.js stream destroys it at the end, and with it the answer.
 */
async function* messages(
  call: ServerWritableStream<unknown, unknown>,
  signal: AbortSignal,
): AsyncGenerator<unknown, undefined> {
  const stream = (call as unknown as Readable).iterator({ destroyOnReturn: false });
  for (;;) {
    const next = await unlessAborted(stream.next(), signal);
    if (next.done === true) return;
    yield next.value;
  }
}

/** The promise's outcome, or the signal's reason if that comes first; the signal is let go of either way. */
function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(toRpcError(signal.reason));
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

interface Watch {
  readonly call: Call;
  /** Seconds. */
  readonly elapsed: () => number;
  end(): void;
}

const CANCELLED = new RpcError(status.CANCELLED, 'the caller has gone');
const STOPPING = new RpcError(status.UNAVAILABLE, 'shutting down');

function watchCall(method: string, call: AnyCall, stopping: AbortSignal): Watch {
  const controller = new AbortController();
  const stop = (): void => controller.abort(STOPPING);
  (call as ServerUnaryCall<unknown, unknown>).once('cancelled', () => controller.abort(CANCELLED));
  stopping.addEventListener('abort', stop, { once: true });
  if (stopping.aborted) stop();
  return {
    call: {
      method,
      peer: call.getPeer(),
      metadata: call.metadata,
      signal: controller.signal,
      deadline: deadlineOf(call),
    },
    elapsed: startStopwatch(),
    end: () => stopping.removeEventListener('abort', stop),
  };
}

function deadlineOf(call: AnyCall): Date | undefined {
  const deadline = Number(call.getDeadline());
  return Number.isFinite(deadline) ? new Date(deadline) : undefined;
}

function finish<C extends Call>(
  { gate, observe }: Pick<AdapterOptions<C>, 'gate' | 'observe'>,
  watch: Watch,
  outcome: { entered: C | undefined; request: unknown; error: unknown },
): void {
  const elapsedMs = watch.elapsed() * 1000;
  try {
    gate.leave(watch.call, { ...outcome, elapsedMs });
    observe?.(watch.call.method, codeName(outcome.error), elapsedMs);
  } catch (error) {
    // The caller has its answer. That the account of it failed is for the operator, and must not end the process.
    process.emitWarning(error instanceof Error ? error : new Error(describeError(error)));
  }
}

const codeName = (error: unknown): string =>
  error === undefined ? 'OK' : status[toRpcError(error).code];

function wireError(error: unknown): Error & { code: status; details: string } {
  const { code, message, metadata } = toRpcError(error);
  return Object.assign(new Error(message), {
    code,
    details: message,
    ...(metadata === undefined ? {} : { metadata }),
  });
}

function drained(call: ServerWritableStream<unknown, unknown>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      call.off('drain', done);
      signal.removeEventListener('abort', done);
      resolve();
    };
    call.once('drain', done);
    signal.addEventListener('abort', done, { once: true });
    if (signal.aborted) done();
  });
}
