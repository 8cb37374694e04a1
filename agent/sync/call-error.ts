import type { PermissionDeniedReason } from '@vouchsafe/proto/status-details';

/** The gRPC statuses that the agent acts on. */
export const STATUS = {
  INVALID_ARGUMENT: 3,
  DEADLINE_EXCEEDED: 4,
  NOT_FOUND: 5,
  PERMISSION_DENIED: 7,
  RESOURCE_EXHAUSTED: 8,
  FAILED_PRECONDITION: 9,
  UNIMPLEMENTED: 12,
  UNAVAILABLE: 14,
} as const;

interface CallErrorOptions {
  readonly reason?: PermissionDeniedReason | undefined;
  readonly isSuperseded?: boolean;
  readonly cause?: unknown;
}

/** The server said no, or did not say anything. */
export class CallError extends Error {
  /** gRPC status code. */
  readonly code: number;
  /** Why an agent was denied, where the server says it. */
  readonly reason: PermissionDeniedReason | undefined;
  /** Whether the agent has a newer SVID by now than the one that this call was made with. */
  readonly isSuperseded: boolean;

  constructor(code: number, message: string, options: CallErrorOptions = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : {});
    this.name = 'CallError';
    this.code = code;
    this.reason = options.reason;
    this.isSuperseded = options.isSuperseded ?? false;
  }
}

export function hasStatus(error: unknown, code: number): boolean {
  return error instanceof CallError && error.code === code;
}
