import { isIP } from 'node:net';

/** How the connection is protected, by the words of PostgreSQL's own clients. */
export type SslMode = 'disable' | 'verify-full';

/** Where a database is, and as whom to use it. */
export interface PostgresLocation {
  /** A name or an IP address, or the absolute path of the directory of a Unix socket. */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
  readonly sslMode: SslMode;
}

const DEFAULT_PORT = 5432;
const SSL_MODES: readonly string[] = ['disable', 'verify-full'] satisfies SslMode[];
const FORM = 'postgres://USER@HOST/DATABASE';
const PARAMETERS: readonly string[] = ['host', 'sslmode', 'user'];

/**
 * Reads `postgres://USER@HOST:PORT/DATABASE?sslmode=…`, or `postgres:///DATABASE?host=/DIRECTORY&user=USER` for a Unix
 * socket. A password has no place in
 * it: addresses are shown in logs and lists of processes.
 * @throws TypeError
 */
export function parsePostgresUrl(text: string): PostgresLocation {
  const url = readUrl(text);
  const host = url.searchParams.get('host') ?? bare(url.hostname);
  const database = decoded(url.pathname.slice(1));
  const user = url.searchParams.get('user') ?? decoded(url.username);
  const missing = { user, host, database: database.includes('/') ? '' : database };
  for (const [what, value] of Object.entries(missing)) {
    if (value === '') throw new TypeError(`must name the ${what}: ${FORM}`);
  }
  const port = url.port === '' ? DEFAULT_PORT : Number(url.port);
  return { host, port, user, database, sslMode: sslModeOf(url, host) };
}

function readUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['postgres:', 'postgresql:'].includes(url.protocol)) {
    throw new TypeError(`must be ${FORM}`);
  }
  if (url.password !== '') {
    throw new TypeError('must have no password: it belongs into database.password_file');
  }
  if (url.hash !== '') throw new TypeError('must have no fragment');
  const unknown = [...url.searchParams.keys()].find((name) => !PARAMETERS.includes(name));
  if (unknown !== undefined) {
    throw new TypeError(`must have no parameters but ${PARAMETERS.join(', ')}: ${unknown}`);
  }
  return url;
}

/** As an operator would write it, for errors and logs. */
export function formatLocation({ host, port, database }: PostgresLocation): string {
  if (host.startsWith('/')) return `postgres:///${database}?host=${host}`;
  const name = isIP(host) === 6 ? `[${host}]` : host;
  return `postgres://${name}:${port}/${database}`;
}

/** What leaves this host is encrypted, and the other end is the one that was asked for. */
function sslModeOf(url: URL, host: string): SslMode {
  const mode = url.searchParams.get('sslmode') ?? (isLocal(host) ? 'disable' : 'verify-full');
  if (!SSL_MODES.includes(mode)) {
    throw new TypeError(`must have sslmode ${SSL_MODES.join(' or ')}, not ${mode}`);
  }
  if (mode !== 'disable' && host.startsWith('/')) {
    throw new TypeError('must have sslmode disable: a Unix socket has no TLS');
  }
  return mode as SslMode;
}

function isLocal(host: string): boolean {
  return host.startsWith('/') || host === 'localhost' || host === '::1' || host.startsWith('127.');
}

const bare = (hostname: string): string => decoded(hostname).replace(/^\[(.*)\]$/, '$1');

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new TypeError(`must be encoded as URLs are: ${part}`);
  }
}
