import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startProcess } from './cli-process.ts';
import type { CliProcess } from './cli-process.ts';

const run = promisify(execFile);
const COMMAND = join(import.meta.dirname, '..', '..', 'bin', 'vouchsafe');
/** Longer than any wait the product itself bounds, so that its own message is what a failed test shows. */
const TIMEOUT_MS = 30_000;

export const TRUST_DOMAIN = 'example.org';
/** Every node of an installation has this alias: entries can be made before an agent joins. */
const NODE_ALIAS = `spiffe://${TRUST_DOMAIN}/node`;

interface Owner {
  teardown(cleanUp: () => unknown): unknown;
}

interface EntryRequest {
  /** Path of the SPIFFE ID, `/…`. */
  readonly path: string;
  readonly uid: number;
  readonly x509Ttl?: string;
}

export interface User {
  readonly uid: number;
  readonly gid: number;
}

/** A server and an agent as an operator sets them up: processes of the command, in a directory every user can enter. */
export class Installation {
  readonly directory = mkdtempSync(join(tmpdir(), 'vs-'));
  readonly #owner: Owner;
  #bind = '127.0.0.1:0';

  constructor(owner: Owner) {
    this.#owner = owner;
    chmodSync(this.directory, 0o755);
    owner.teardown(() => {
      rmSync(this.directory, { recursive: true });
    });
  }

  /** Where workloads find the agent, as in SPIFFE_ENDPOINT_SOCKET. */
  get endpoint(): string {
    return `unix://${this.path('agent.sock')}`;
  }

  /** Where agents find the server. */
  get serverAddress(): string {
    return this.#bind;
  }

  path(name: string): string {
    return join(this.directory, name);
  }

  /** What the command prints; rejects, with what it said, when it fails. */
  async cli(...args: readonly string[]): Promise<string> {
    const { stdout } = await run(COMMAND, args, { timeout: TIMEOUT_MS, maxBuffer: 64 << 20 });
    return stdout;
  }

  async #admin(...args: readonly string[]): Promise<string> {
    return this.cli(...args, '--socket', this.path('admin.sock'));
  }

  /** Starts the server and waits until it serves; started again, it has the address it had before. */
  async startServer(...flags: readonly string[]): Promise<CliProcess> {
    const server = this.launchServer(...flags);
    await server.printed(/"msg":"Server started"/);
    const started = /"address":"([^"]+)"[^\n]*"msg":"Server started"/.exec(server.stderr())!;
    this.#bind = started[1]!;
    return server;
  }

  /** Starts the server; does not wait. */
  launchServer(...flags: readonly string[]): CliProcess {
    const paths = ['--data-dir', this.path('server'), '--socket', this.path('admin.sock')];
    return this.#start('server', [...paths, '--bind', this.#bind, ...flags]);
  }

  /** Makes what a node needs to join: a join token, good once, and the trust bundle. */
  async admitNode(): Promise<void> {
    const token = await this.#admin(
      ...['token', 'generate', '--spiffe-id', NODE_ALIAS, '--output', 'json'],
    );
    const { value } = JSON.parse(token) as { value: string };
    writeFileSync(this.path('token'), value, { mode: 0o600 });
    writeFileSync(this.path('bundle.pem'), await this.#admin('bundle', 'show'));
  }

  /** Starts the agent, with what `admitNode` made; does not wait. Of several servers, `server` is what stands before them. */
  startAgent(server = this.#bind): CliProcess {
    const paths = ['--data-dir', this.path('agent'), '--socket', this.path('agent.sock')];
    const trust = ['--trust-bundle', this.path('bundle.pem')];
    const token = ['--join-token-file', this.path('token'), '--sync-interval', '1s'];
    return this.#start('agent', [...paths, ...trust, ...token, '--server', server]);
  }

  #start(daemon: 'server' | 'agent', args: readonly string[]): CliProcess {
    return startProcess(this.#owner, {
      command: COMMAND,
      args: [daemon, 'run', '--trust-domain', TRUST_DOMAIN, ...args],
    });
  }

  /** The ID of the new entry. */
  async createEntry({ path, uid, x509Ttl }: EntryRequest): Promise<string> {
    const what = ['--spiffe-id', `spiffe://${TRUST_DOMAIN}${path}`, '--parent-id', NODE_ALIAS];
    const how = ['--selector', `unix:uid:${uid}`, ...(x509Ttl ? ['--x509-ttl', x509Ttl] : [])];
    const output = await this.#admin('entry', 'create', ...what, ...how, '--output', 'json');
    const { results } = JSON.parse(output) as { results: { entry: { id: string } }[] };
    return results[0]!.entry.id;
  }

  async deleteEntry(id: string): Promise<void> {
    await this.#admin('entry', 'delete', '--entry-id', id);
  }

  /** The SPIFFE ID paths of all agents. */
  async agentPaths(): Promise<string[]> {
    const output = await this.#admin('agent', 'list', '--output', 'json');
    const { agents } = JSON.parse(output) as { agents: { id: { path: string } }[] };
    return agents.map(({ id }) => id.path);
  }

  /** The IDs of all entries. */
  async entryIds(): Promise<string[]> {
    const output = await this.#admin('entry', 'show', '--output', 'json');
    const { entries } = JSON.parse(output) as { entries: { id: string }[] };
    return entries.map(({ id }) => id);
  }

  /**
   * Asks for an X509-SVID as this process's own workload does, again and again, until it is told this SPIFFE ID.
   * Rejects after 30 s, with the last refusal.
   */
  async hasIdentity(path: string): Promise<void> {
    const fetch = ['fetch', 'x509', '--socket', this.path('agent.sock'), '--output', 'json'];
    const id = JSON.stringify(`spiffe://${TRUST_DOMAIN}${path}`);
    const end = performance.now() + TIMEOUT_MS;
    for (;;) {
      const { stdout, stderr } = await run(COMMAND, fetch, { timeout: TIMEOUT_MS }).catch(
        (error: unknown) => error as { stdout: string; stderr: string },
      );
      if (stdout.includes(id)) return;
      if (performance.now() > end) throw new Error(`no ${id}: ${stderr}${stdout}`);
    }
  }

  /** What a workload prints that runs as `user`; rejects, with what it said, when it fails. */
  async runWorkload(command: string, args: readonly string[], user?: User): Promise<string> {
    const { PATH = '' } = process.env;
    const { stdout } = await run(command, args, {
      cwd: '/',
      env: { PATH, SPIFFE_ENDPOINT_SOCKET: this.endpoint },
      timeout: TIMEOUT_MS,
      ...user,
    });
    return stdout;
  }
}
