import { pino } from 'pino';
import type { DestinationStream, Logger as PinoLogger } from 'pino';
import type { LogLevel } from './log-level.ts';
import { logValue } from './log-value.ts';

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

/** Writes JSON lines to standard error, unless told to write elsewhere. */
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
        log: (fields) => logValue(fields) as Record<string, unknown>,
      },
    },
    destination,
  );
  return new PinoLog(logger, destination);
}

/** Asynchronous, so that a stuck reader of the log never stalls the daemon; beyond 1 MiB waiting, lines are dropped. */
function stderrDestination(): DestinationStream {
  const destination = pino.destination({ dest: 2, sync: false, maxLength: 1 << 20 });
  destination.on('error', () => undefined); // nowhere to tell it, and no reason to stop serving
  return destination;
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

  debug(message: string, fields?: LogFields): void {
    this.#write('debug', message, fields);
  }

  info(message: string, fields?: LogFields): void {
    this.#write('info', message, fields);
  }

  warn(message: string, fields?: LogFields): void {
    this.#write('warn', message, fields);
  }

  error(message: string, fields?: LogFields): void {
    this.#write('error', message, fields);
  }

  #write(level: LogLevel, message: string, fields: LogFields = {}): void {
    try {
      this.#logger[level](fields, message);
    } catch {
      // The line is lost; what it told of must not fail for it.
    }
  }

  child(fields: LogFields): Log {
    // pino's formatters do not see the fields of a child.
    const safe = logValue(fields) as Record<string, unknown>;
    return new PinoLog(this.#logger.child(safe), this.#destination);
  }

  flush(): void {
    try {
      (this.#destination as { flushSync?: () => void }).flushSync?.();
    } catch {
      // Nowhere left to write it to.
    }
  }
}
