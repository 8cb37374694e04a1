/** What the plumbing of both daemons can refuse; the text is completed by the file, address or key concerned. */
export const RUNTIME_ERRORS = {
  CONFIG_UNREADABLE: 'cannot read the configuration',
  CONFIG_INVALID: 'the configuration is not valid',
  FILE_MISSING: 'file does not exist',
  FILE_UNREADABLE: 'cannot read file',
  FILE_NOT_PRIVATE: 'file is not private to this user',
  FILE_TOO_LARGE: 'file is larger than it can be',
  FILE_NOT_WRITTEN: 'cannot write file',
  DIRECTORY_UNSAFE: 'directory is not safe to use',
  DIRECTORY_NOT_CREATED: 'cannot create directory',
  SOCKET_IN_USE: 'another process listens on this socket',
  SOCKET_PATH_TAKEN: 'the socket path is taken by something else',
  ADDRESS_UNAVAILABLE: 'cannot listen on this address',
  KEYS_CORRUPT: 'the key file cannot be used',
  KERNEL_UNSUPPORTED: 'this system cannot identify the process behind a connection',
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

/** The text of an error with the texts of what caused it, for a person or a log. */
export function describeError(error: unknown): string {
  const parts: string[] = [];
  for (let e = error, depth = 0; e !== undefined && e !== null && depth < 8; depth++) {
    const text = e instanceof Error ? e.message : typeof e === 'string' ? e : JSON.stringify(e);
    if (text !== '' && !parts.some((part) => part.includes(text))) parts.push(text);
    e = e instanceof Error ? e.cause : undefined;
  }
  return parts.join(': ');
}
