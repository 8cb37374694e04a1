/** How a command can fail; the code is permanent, the text is completed by the file, socket or flag concerned. */
export const CLI_ERRORS = {
  CLI_USAGE: 'the command cannot be run like this',
  CLI_SOCKET_MISSING: 'the socket does not exist',
  CLI_SOCKET_REFUSED: 'nothing answers on the socket',
  CLI_SOCKET_FORBIDDEN: 'this user may not use the socket',
  CLI_CALL_FAILED: 'the call failed',
  CLI_NOT_DONE: 'not done',
  CLI_NO_IDENTITY: 'the agent has no identity for this process',
  CLI_TOKEN_INVALID: 'the token is not valid',
  CLI_NOT_GIVEN: 'the identity is not given',
  CLI_NOT_SERVING: 'not healthy',
  CLI_INPUT_UNREADABLE: 'cannot read the input',
  CLI_FILE_INVALID: 'the file is not valid',
  CLI_DIFFERENT: 'the server is not as the file says',
  CLI_UP_BUSY: '`vouchsafe up` is already running here',
  CLI_UP_OTHER_TRUST_DOMAIN: 'this directory belongs to another trust domain',
  CLI_UP_FAILED: 'what was started has stopped',
} as const;

export type CliErrorCode = keyof typeof CLI_ERRORS;

export const EXIT_OK = 0;
export const EXIT_FAILED = 1;
export const EXIT_USAGE = 2;

interface CliErrorOptions {
  /** What a person can do about it: further lines of the message. */
  readonly remedy?: string | undefined;
  readonly cause?: unknown;
}

/**
 * Match on `code`; the message says what was wrong, where, and in its last lines what to do. CLI_USAGE is shown like what
 * the parser itself refuses, so there the detail says all.
 */
export class CliError extends Error {
  readonly code: CliErrorCode;

  constructor(code: CliErrorCode, detail: string, { remedy, cause }: CliErrorOptions = {}) {
    const what = code === 'CLI_USAGE' ? detail : `${CLI_ERRORS[code]}: ${detail}`;
    super(remedy === undefined ? what : `${what}\n${remedy}`, { cause });
    this.name = 'CliError';
    this.code = code;
  }

  get exitCode(): number {
    return this.code === 'CLI_USAGE' ? EXIT_USAGE : EXIT_FAILED;
  }
}
