import { inspect } from 'node:util';

/** What the plumbing of both daemons can refuse; the text is completed by the file, address or key concerned. */
export const RUNTIME_ERRORS = {
  CONFIG_UNREADABLE: 'cannot read the configuration',
  CONFIG_INVALID: 'the configuration is not valid',
  FILE_UNREADABLE: 'cannot read file',
  FILE_NOT_PRIVATE: 'file is not private to this user',
  FILE_TOO_LARGE: 'file is larger than it can be',
  FILE_NOT_WRITTEN: 'cannot write file',
  DIRECTORY_UNSAFE: 'directory is not safe to use',
  DIRECTORY_NOT_CREATED: 'cannot create directory',
  DIRECTORY_IN_USE: 'another process works in this directory',
  SOCKET_IN_USE: 'another process listens on this socket',
  SOCKET_PATH_TAKEN: 'the socket path is taken by something else',
  ADDRESS_UNAVAILABLE: 'cannot listen on this address',
  KEYS_CORRUPT: 'the key file cannot be used',
  KERNEL_UNSUPPORTED: 'this system lacks what the daemons need of it',
} as const;

export type RuntimeErrorCode = keyof typeof RUNTIME_ERRORS;

export class RuntimeError extends Error {
  readonly code: RuntimeErrorCode;

  constructor(code: RuntimeErrorCode, detail: string, options: { cause?: unknown } = {}) {
    super(`${RUNTIME_ERRORS[code]}: ${detail}`, options);
    this.name = 'RuntimeError';
    this.code = code;
  }
}

/** The system's own code (`ENOENT`) of a failed call, if it has one. */
export function systemCode(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
}

const MAX_CAUSES = 8;

/** The text of whatever was thrown with the texts of what caused it, for a person or a log. Never throws. */
export function describeError(error: unknown): string {
  const parts = [textOf(error)];
  let cause = causeOf(error);
  for (let depth = 1; cause !== undefined && cause !== null && depth < MAX_CAUSES; depth++) {
    const text = textOf(cause);
    if (!parts.some((part) => part.includes(text))) parts.push(text);
    cause = causeOf(cause);
  }
  return parts.join(': ');
}

const causeOf = (error: unknown): unknown => (error instanceof Error ? error.cause : undefined);

function textOf(error: unknown): string {
  if (typeof error === 'string') return error;
  if (!(error instanceof Error)) return inspect(error, { depth: 1, breakLength: Infinity });
  // A connection refused on every address of a host is an AggregateError without a message.
  return error.message === '' ? (systemCode(error) ?? error.name) : error.message;
}
