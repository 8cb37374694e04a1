import { readFileSync } from 'node:fs';
import { Socket } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import pg from 'pg';
import { RuntimeError, describeError } from '../../../runtime/errors.ts';
import type { PostgresLocation } from './location.ts';

/** The largest file with a password, a key or certificates that is read. */
const MAX_FILE_BYTES = 1 << 20;
const CONNECT_MS = 5_000;
const KEEP_ALIVE_MS = 10_000;

/** Where the database is and how this server shows who it is. */
export interface PostgresAccess {
  readonly location: PostgresLocation;
  /** Read again for each connection: such passwords may live for minutes. */
  readonly passwordFile: string | undefined;
  /** Used when there is no file. */
  readonly password: string | undefined;
  /** PEM; the roots that Node.js has by default. */
  readonly caFile: string | undefined;
  /** PEM; both or none. */
  readonly certificateFile: string | undefined;
  readonly keyFile: string | undefined;
}

/**
 * What the client makes connections of; it reads the files for each of them. A connection on which nothing has come or
 * gone for `silenceMs` is closed: what still waits there for an answer would wait for ever behind a broken network.
 * @throws RuntimeError FILE_UNREADABLE, for TLS
 */
export function clientConfig(
  access: PostgresAccess,
  silenceMs: number | undefined,
): pg.ClientConfig {
  const { host, port, user, database, sslMode } = access.location;
  return {
    ...{ host, port, user, database },
    password: () => passwordOf(access),
    ssl: sslMode === 'disable' ? false : tlsOptions(access),
    application_name: 'vouchsafe',
    connectionTimeoutMillis: CONNECT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
    types: TYPES,
    ...(silenceMs === undefined ? {} : { stream: () => impatientSocket(silenceMs) }),
  };
}

function impatientSocket(silenceMs: number): Socket {
  const socket = new Socket();
  socket.setTimeout(silenceMs, () => {
    socket.destroy(new Error(`no answer for ${silenceMs / 1000} s`));
  });
  return socket;
}

/** Times, revisions and counts are whole numbers that JavaScript holds; the client would give text. */
const TYPES = new pg.TypeOverrides();
TYPES.setTypeParser(pg.types.builtins.INT8, Number);

/** @throws RuntimeError FILE_UNREADABLE; the connection then fails with it */
function passwordOf({ passwordFile, password }: PostgresAccess): string {
  if (passwordFile === undefined) return password ?? '';
  return readText(passwordFile).replace(/\r?\n$/, '');
}

/** The client copies it for each connection, and so reads the files anew: certificates are renewed too. */
function tlsOptions({ caFile, certificateFile, keyFile }: PostgresAccess): ConnectionOptions {
  const options: ConnectionOptions = { minVersion: 'TLSv1.2', rejectUnauthorized: true };
  const files = { ca: caFile, cert: certificateFile, key: keyFile };
  for (const [name, path] of Object.entries(files)) {
    if (path === undefined) continue;
    Object.defineProperty(options, name, { enumerable: true, configurable: true, ...anew(path) });
  }
  return options;
}

/** What is in the file at each time; while it cannot be read, what was in it, for the client cannot take an exception. */
function anew(path: string): { get(): string } {
  let text = readText(path);
  return {
    get() {
      try {
        text = readText(path);
      } catch {
        // it may be just being replaced
      }
      return text;
    },
  };
}

function readText(path: string): string {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new RuntimeError('FILE_UNREADABLE', `${path}: ${describeError(cause)}`, { cause });
  }
  if (text.length <= MAX_FILE_BYTES) return text;
  throw new RuntimeError('FILE_UNREADABLE', `${path}: has more than ${MAX_FILE_BYTES} bytes`);
}
