import type { Metadata } from '@grpc/grpc-js';

/** What a handler may know of the call it answers. */
export interface Call {
  /** `/package.Service/Method`. */
  readonly method: string;
  /** The connection's key in the daemon's registry of peers. */
  readonly peer: string;
  readonly metadata: Metadata;
  /** Aborts when the caller has gone, its deadline has passed, or the daemon is stopping. */
  readonly signal: AbortSignal;
  /** When the caller stops waiting; undefined for never. */
  readonly deadline?: Date | undefined;
}

export type Unary<Request, Response, C> = (
  request: Request,
  call: C,
) => Promise<Response> | Response;
export type ServerStream<Request, Response, C> = (
  request: Request,
  call: C,
) => AsyncIterable<Response>;
export type BidiStream<Request, Response, C> = (
  requests: AsyncIterable<Request>,
  call: C,
) => AsyncIterable<Response>;

/** What every call of a daemon passes through before its handler, and after. */
export interface Gate<C extends Call> {
  /** Says who is calling and whether they may; throws RpcError when not. */
  enter(call: Call): Promise<C> | C;
  /** Told once of each call, however it ended; `request` is undefined for a stream of requests or a call refused at the door. */
  leave(call: Call, outcome: Outcome<C>): void;
}

/** Told of each call once it is over: how it ended, as the caller sees it, and how long it took. */
export type CallObserver = (method: string, code: string, elapsedMs: number) => void;

export interface Outcome<C> {
  readonly entered: C | undefined;
  readonly request: unknown;
  /** Undefined for OK. */
  readonly error: unknown;
  readonly elapsedMs: number;
}
