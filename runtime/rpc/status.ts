import { status } from '@grpc/grpc-js';
import type { Metadata } from '@grpc/grpc-js';
import { describeError } from '../errors.ts';

/** A refusal as it goes over the wire: everything in `message` is for the caller, `cause` is for the log alone. */
export class RpcError extends Error {
  readonly code: status;
  /** Trailers that go with it, such as `grpc-status-details-bin`. */
  readonly metadata: Metadata | undefined;

  constructor(
    code: status,
    message: string,
    options: { cause?: unknown; metadata?: Metadata } = {},
  ) {
    super(message, 'cause' in options ? { cause: options.cause } : {});
    this.name = 'RpcError';
    this.code = code;
    this.metadata = options.metadata;
  }
}

/**
 * Builders, used where it is known whose fault it is: the same parse failure is INVALID_ARGUMENT for the caller's
 * bytes and INTERNAL for our own. With `inner`, its text follows the message after a colon, as callers expect it.
 */
const withInner =
  (code: status) =>
  (message: string, inner?: unknown): RpcError =>
    inner === undefined
      ? new RpcError(code, message)
      : new RpcError(code, `${message}: ${describeError(inner)}`, { cause: inner });

export const invalidArgument = withInner(status.INVALID_ARGUMENT);
export const failedPrecondition = withInner(status.FAILED_PRECONDITION);
export const resourceExhausted = withInner(status.RESOURCE_EXHAUSTED);
export const unavailable = withInner(status.UNAVAILABLE);
export const unimplemented = withInner(status.UNIMPLEMENTED);
export const aborted = withInner(status.ABORTED);
export const alreadyExists = withInner(status.ALREADY_EXISTS);
/** INTERNAL is what callers of SPIRE expect here, but it is not our failure: its reason is for them. */
export const failed = withInner(status.INTERNAL);

/** What exists, and why not, is nobody's business: these never carry an inner text. */
export const notFound = (message: string): RpcError => new RpcError(status.NOT_FOUND, message);
export const permissionDenied = (message: string, metadata?: Metadata): RpcError =>
  new RpcError(status.PERMISSION_DENIED, message, metadata === undefined ? {} : { metadata });
export const unauthenticated = (message: string): RpcError =>
  new RpcError(status.UNAUTHENTICATED, message);

/** Our own failure: the cause goes to the log, never to the caller. */
export const internal = (message: string, cause?: unknown): RpcError =>
  new RpcError(status.INTERNAL, message, { cause });

/** What any failure becomes on the wire; what was not meant for the caller becomes INTERNAL without a word of it. */
export function toRpcError(error: unknown): RpcError {
  if (error instanceof RpcError) return error;
  if (isOutage(error)) return new RpcError(status.UNAVAILABLE, error.outage, { cause: error });
  return internal('internal error', error);
}

/** A failure that will pass, of something a daemon depends on. */
interface Outage {
  /** What callers may know of it. */
  readonly outage: string;
}

const isOutage = (error: unknown): error is Outage =>
  typeof (error as Partial<Outage> | null | undefined)?.outage === 'string';
