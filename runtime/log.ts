import { pino } from 'pino';
import type { DestinationStream, Logger as PinoLogger } from 'pino';
import { describeError } from './errors.ts';

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export type LogFields = Readonly<Record<string, unknown>>;

/**
 * Structured log lines: a constant sentence without a period, everything variable in snake_case fields. No field ever
 * holds a key, a token or a password.
 */
export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  child(fields: LogFields): Log;
}

/** A log whose level can be changed while the daemon runs. */
export interface RootLog extends Log {
  level: LogLevel;
  /** Writes out what is still buffered; for the last moments of the process. */
  flush(): void;
}

/** Peers choose some of what is logged: a longer text is cut, so that no line can be used to flood or forge the log. */
const MAX_TEXT = 1024;
const MAX_ITEMS = 32;
const MAX_DEPTH = 4;
/** JSON escapes C0 itself; C1, DEL and the Unicode line ends would reach a terminal as they are. */
const UNSAFE = /[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/g;

export function createLog(
  level: LogLevel,
  destination: DestinationStream = stderrDestination(),
): RootLog {
  const logger = pino(
    {
      level,
      base: null,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: {
        level: (label) => ({ level: label }),
        log: (fields) => sanitize(fields, 0) as Record<string, unknown>,
        bindings: (fields) => sanitize(fields, 0) as Record<string, unknown>,
      },
    },
    destination,
  );
  return new PinoLog(logger, destination);
}

/** Errors with their causes, texts cut and free of control characters, bytes only counted. */
function sanitize(value: unknown, depth: number): unknown {
  switch (typeof value) {
    case 'string':
      return safeText(value);
    case 'bigint':
      return value.toString();
    case 'object':
      return value === null ? null : sanitizeObject(value, depth);
    default:
      return value;
  }
}

interface Printable {
  toString(): string;
}

function sanitizeObject(value: object, depth: number): unknown {
  if (value instanceof Error) return errorFields(value);
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  if (depth >= MAX_DEPTH) return '…';
  if (Array.isArray(value))
    return value.slice(0, MAX_ITEMS).map((item) => sanitize(item, depth + 1));
  // A value of ours (SpiffeId, TrustDomain) prints itself.
  if (Object.getPrototypeOf(value) !== Object.prototype)
    return safeText((value as Printable).toString());
  const entries = Object.entries(value).slice(0, MAX_ITEMS);
  return Object.fromEntries(
    entries.map(([key, item]) => [safeText(key), sanitize(item, depth + 1)]),
  );
}

function errorFields(error: Error): object {
  const code = (error as { code?: unknown }).code;
  return {
    message: safeText(describeError(error)),
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
  };
}

function safeText(text: string): string {
  const cut =
    text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}… (${text.length} characters)` : text;
  return cut.replace(UNSAFE, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Asynchronous, so that a stuck reader of the log never stalls the daemon; beyond 1 MiB waiting, lines are dropped. */
function stderrDestination(): DestinationStream {
  return pino.destination({ dest: 2, sync: false, maxLength: 1 << 20 });
}

class PinoLog implements RootLog {
  readonly #logger: PinoLogger;
  readonly #destination: DestinationStream;

  constructor(logger: PinoLogger, destination: DestinationStream) {
    this.#logger = logger;
    this.#destination = destination;
  }

  get level(): LogLevel {
    return this.#logger.level as LogLevel;
  }

  set level(level: LogLevel) {
    this.#logger.level = level;
  }

  debug(message: string, fields: LogFields = {}): void {
    this.#logger.debug(fields, message);
  }

  info(message: string, fields: LogFields = {}): void {
    this.#logger.info(fields, message);
  }

  warn(message: string, fields: LogFields = {}): void {
    this.#logger.warn(fields, message);
  }

  error(message: string, fields: LogFields = {}): void {
    this.#logger.error(fields, message);
  }

  child(fields: LogFields): Log {
    return new PinoLog(this.#logger.child(fields), this.#destination);
  }

  flush(): void {
    (this.#destination as { flushSync?: () => void }).flushSync?.();
  }
}
