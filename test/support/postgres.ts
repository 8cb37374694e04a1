import { execFileSync, spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import {
  chownSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const LIBRARY = '/usr/lib/postgresql';
const SUPERUSER = 'postgres';
/** It refuses to run as root. */
const NOBODY = 65_534;

interface Teardown {
  teardown(cleanUp: () => Promise<void>): unknown;
}

export interface PostgresSettings {
  /** Lines of its `postgresql.conf`. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Its `pg_hba.conf`; by default everybody is trusted. */
  readonly access?: readonly string[];
  /** Put into its data directory, for it alone to read. */
  readonly files?: Readonly<Record<string, string>>;
}

/** Why there is no PostgreSQL to test with; undefined when there is. */
export function noPostgres(): string | undefined {
  return programs() === undefined ? 'needs the PostgreSQL server' : undefined;
}

/** A real PostgreSQL of its own, on a port of its own; goes with the test. */
export class PostgresServer {
  readonly port: number;
  readonly directory: string;
  readonly #user: { readonly uid?: number; readonly gid?: number };
  #process: ChildProcess | undefined;
  #databases = 0;

  private constructor(directory: string, port: number, user: { uid?: number; gid?: number }) {
    this.directory = directory;
    this.port = port;
    this.#user = user;
  }

  static async start(t: Teardown, given: PostgresSettings = {}): Promise<PostgresServer> {
    const directory = mkdtempSync(join(tmpdir(), 'vs-pg-'));
    const user = process.geteuid!() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
    if (user.uid !== undefined) chownSync(directory, NOBODY, NOBODY);
    const server = new PostgresServer(directory, await freePort(), user);
    t.teardown(async () => {
      await server.stop('SIGQUIT');
      rmSync(directory, { recursive: true, force: true });
    });
    const data = join(directory, 'data');
    execFileSync(
      join(programs()!, 'initdb'),
      ['-D', data, '-U', SUPERUSER, '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync'],
      { ...user, stdio: 'ignore', cwd: directory },
    );
    server.#configure(data, given);
    await server.run();
    return server;
  }

  #configure(data: string, { settings = {}, access, files = {} }: PostgresSettings): void {
    const lines = Object.entries(settings).map(([name, value]) => `${name} = '${value}'`);
    writeFileSync(join(data, 'postgresql.auto.conf'), `${lines.join('\n')}\n`);
    if (access !== undefined) writeFileSync(join(data, 'pg_hba.conf'), `${access.join('\n')}\n`);
    for (const [name, content] of Object.entries(files)) {
      writeFileSync(join(data, name), content, { mode: 0o600 });
      const { uid, gid } = this.#user;
      if (uid !== undefined) chownSync(join(data, name), uid, gid!);
    }
  }

  /** Starts it, or starts it again; resolves once it takes connections. */
  async run(): Promise<void> {
    const { port, directory } = this;
    const options = {
      listen_addresses: '127.0.0.1',
      port: String(port),
      unix_socket_directories: directory,
      max_connections: '200',
    };
    const child = spawn(
      join(programs()!, 'postgres'),
      [
        '-D',
        join(directory, 'data'),
        ...Object.entries(options).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
      ],
      { ...this.#user, stdio: ['ignore', 'ignore', 'pipe'], cwd: directory },
    );
    this.#process = child;
    let said = '';
    await new Promise<void>((resolve, reject) => {
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        said = `${said}${text}`.slice(-100_000);
        if (/ready to accept connections/.test(said)) resolve();
      });
      child.once('exit', () => reject(new Error(`PostgreSQL did not start: ${said}`)));
    });
  }

  /** SIGINT ends it in order, SIGQUIT at once, as a crash does. */
  async stop(signal: 'SIGINT' | 'SIGQUIT'): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (child === undefined || child.exitCode !== null) return;
    const exit = once(child, 'exit');
    child.kill(signal);
    await exit;
  }

  /** Halts or continues all of its processes: it neither answers nor hangs up. */
  signal(name: 'SIGSTOP' | 'SIGCONT'): void {
    const pid = this.#process!.pid!;
    for (const one of [pid, ...childrenOf(pid)]) process.kill(one, name);
  }

  /** The address of a new, empty database. */
  createDatabase(): string {
    const name = `vouchsafe_${++this.#databases}`;
    this.sql('postgres', `create database ${name}`);
    return this.url(name);
  }

  url(database: string, { user = SUPERUSER, port = this.port } = {}): string {
    return `postgres://${user}@127.0.0.1:${port}/${database}`;
  }

  /** What `psql` prints of it, unaligned and without headings. */
  sql(database: string, statement: string): string {
    const args = ['-h', this.directory, '-p', String(this.port), '-U', SUPERUSER, '-d', database];
    const options = { encoding: 'utf8', env: { PATH: process.env['PATH'] ?? '' } } as const;
    const psql = spawnSync(
      join(programs()!, 'psql'),
      [...args, '-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-c', statement],
      options,
    );
    if (psql.status !== 0) throw new Error(psql.stderr);
    return psql.stdout.trimEnd();
  }
}

/** Where its programs are: distributions keep them out of the path. */
function programs(): string | undefined {
  const versions = existsSync(LIBRARY) ? readdirSync(LIBRARY).sort((a, b) => +b - +a) : [];
  const directories = [
    ...versions.map((version) => join(LIBRARY, version, 'bin')),
    ...(process.env['PATH'] ?? '').split(':'),
  ];
  return directories.find((directory) =>
    ['initdb', 'postgres', 'psql'].every((name) => existsSync(join(directory, name))),
  );
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

function childrenOf(pid: number): number[] {
  const listed = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return listed.split(' ').filter(Boolean).map(Number);
}
