// Two services under two users call each other while every certificate between them is replaced again and again.
// SECONDS says for how long; from 300 on the authorities, the server and the agent must have rotated too.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import type { ChildProcess, SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import t from 'tap';
import { systemClock } from '../../runtime/clock.ts';
import type { ServiceCounters } from './microservices/service.ts';

const SECONDS = Number(process.env['SECONDS'] ?? 60);
const LONG_RUN_SECONDS = 300;
const SVID_TTL_SECONDS = 20;
const ROOT = join(import.meta.dirname, '..', '..');
const COMMAND = join(ROOT, 'bin', 'vouchsafe');
const SERVICE = join(import.meta.dirname, 'microservices', 'service.ts');
const USERS = [
  { name: 'orders', uid: 61_001 },
  { name: 'stock', uid: 61_002 },
] as const;

t.setTimeout((SECONDS + 90) * 1000);

type Line = Readonly<Record<string, unknown>>;

/** A process whose JSON lines are kept. */
interface Started {
  readonly process: ChildProcess;
  readonly lines: readonly Line[];
  /** The first line that fits, past or to come. */
  find(fits: (line: Line) => boolean): Promise<Line>;
}

function start(command: string, args: readonly string[], options: SpawnOptions = {}): Started {
  const child = spawn(command, args, { ...options, stdio: ['pipe', 'pipe', 'pipe'] });
  const lines: Line[] = [];
  const changed = new EventTarget();
  for (const input of [child.stdout, child.stderr]) {
    createInterface({ input }).on('line', (text) => {
      lines.push(parse(text));
      changed.dispatchEvent(new Event('change'));
    });
  }
  const ended = once(child, 'close').then(() => changed.dispatchEvent(new Event('change')));
  t.teardown(async () => {
    child.kill('SIGTERM');
    await ended;
  });
  return {
    process: child,
    lines,
    find: async (fits) => {
      for (;;) {
        const line = lines.find(fits);
        if (line !== undefined) return line;
        if (child.exitCode !== null) throw new Error(`${command} ended: ${JSON.stringify(lines)}`);
        await once(changed, 'change');
      }
    },
  };
}

function parse(text: string): Line {
  try {
    return JSON.parse(text) as Line;
  } catch {
    return { text };
  }
}

const saying =
  (msg: string) =>
  (line: Line): boolean =>
    line['msg'] === msg;

const countersOf = ({ lines }: Started): ServiceCounters =>
  lines.findLast((line) => line['event'] === 'counters') as unknown as ServiceCounters;

function mayRead(uid: number): boolean {
  const script = `require('node:fs').readFileSync(${JSON.stringify(SERVICE)})`;
  return spawnSync(process.execPath, ['-e', script], { uid, gid: uid }).status === 0;
}

function reasonToSkip(): string | false {
  if (process.getuid?.() !== 0) return 'only root can run services under other users';
  if (!USERS.every(({ uid }) => mayRead(uid))) return 'the other users cannot read this directory';
  return false;
}

t.test(
  'services under two users never fail a call while everything rotates',
  {
    skip: reasonToSkip(),
    timeout: (SECONDS + 60) * 1000,
  },
  async (t) => {
    const directory = mkdtempSync(join(tmpdir(), 'vs-micro-'));
    chmodSync(directory, 0o755);
    t.teardown(() => rmSync(directory, { recursive: true, force: true }));
    const at = (...names: string[]): string => join(directory, ...names);
    const admin = at('server', 'api.sock');
    const vouchsafe = (...args: string[]): string =>
      execFileSync(COMMAND, [...args, '--socket', admin], { encoding: 'utf8' }).trim();

    const server = start(COMMAND, [
      ...['server', 'run', '--trust-domain', 'example.org', '--ca-ttl', '2m'],
      ...['--data-dir', at('server-data'), '--socket', admin, '--bind', '127.0.0.1:0'],
    ]);
    const { address } = await server.find(saying('Server started'));
    const token = vouchsafe('token', 'generate', '--spiffe-id', 'spiffe://example.org/node');
    for (const { name, uid } of USERS) {
      vouchsafe(
        ...['entry', 'create', '--parent-id', 'spiffe://example.org/node'],
        ...['--spiffe-id', `spiffe://example.org/${name}`, '--selector', `unix:uid:${uid}`],
        ...['--x509-ttl', `${SVID_TTL_SECONDS}s`],
      );
    }

    const agent = start(COMMAND, [
      ...['agent', 'run', '--trust-domain', 'example.org', '--server', String(address)],
      ...['--data-dir', at('agent-data'), '--socket', at('agent', 'api.sock')],
      ...['--insecure-bootstrap', '--join-token', token],
    ]);
    await agent.find(saying('Workload API listens'));

    const services = USERS.map(({ uid }, index) =>
      start(
        process.execPath,
        [
          '--conditions=vouchsafe-source',
          SERVICE,
          `spiffe://example.org/${USERS[1 - index]!.name}`,
        ],
        {
          uid,
          gid: uid,
          cwd: '/',
          env: { SPIFFE_ENDPOINT_SOCKET: `unix://${at('agent', 'api.sock')}` },
        },
      ),
    );
    const listening = await Promise.all(
      services.map((service) => service.find((line) => line['event'] === 'listening')),
    );
    for (const [index, service] of services.entries()) {
      service.process.stdin!.write(`${String(listening[1 - index]!['port'])}\n`);
    }
    await systemClock.delay(SECONDS * 1000, AbortSignal.timeout((SECONDS + 30) * 1000));
    const count = ({ lines }: Started, fits: (line: Line) => boolean): number =>
      lines.filter(fits).length;

    const isLong = SECONDS >= LONG_RUN_SECONDS;
    const rotations = Math.floor(SECONDS / (SVID_TTL_SECONDS / 2)) - 2;
    for (const [index, service] of services.entries()) {
      const counters = countersOf(service);
      const { name } = USERS[index]!;
      t.comment(`${name}: ${JSON.stringify(counters)}`);
      t.equal(listening[index]!['spiffe_id'], `spiffe://example.org/${name}`);
      t.equal(counters.failures, 0, `${name}: no call failed: ${counters.lastFailure ?? ''}`);
      t.equal(counters.refused, 0, `${name}: no call was refused`);
      t.ok(counters.calls > SECONDS * 4, `${name}: made calls all the time`);
      t.ok(counters.served > SECONDS * 4, `${name}: was called all the time`);
      t.ok(counters.svids >= rotations, `${name}: had ${rotations} X509-SVIDs`);
      t.ok(counters.peerSvids >= rotations, `${name}: was shown ${rotations} X509-SVIDs`);
      if (isLong) t.ok(counters.authorities >= 3, `${name}: knew three authorities`);
    }
    const seen = {
      authoritiesPrepared: count(server, saying('Authority prepared')),
      authoritiesActivated: count(server, saying('Authority activated')),
      serverSvids: count(server, saying('Server X509-SVID rotated')),
      agentSvids: count(agent, saying('Renewed the SVID of this agent')),
      serverErrors: count(server, isTrouble),
      agentErrors: count(agent, isTrouble),
    };
    t.comment(JSON.stringify(seen));
    for (const line of [...server.lines, ...agent.lines].filter(isTrouble)) {
      t.comment(JSON.stringify(line));
    }
    t.equal(seen.serverErrors + seen.agentErrors, 0, 'neither daemon had an error');
    if (isLong) {
      t.ok(seen.authoritiesActivated >= 4, 'the X.509 and the JWT authority changed twice');
      t.ok(seen.serverSvids >= 3, 'the server had three X509-SVIDs');
      t.ok(seen.agentSvids >= 2, 'the agent renewed its SVID twice');
    }
  },
);

function isTrouble({ level }: Line): boolean {
  return level === 'error' || level === 'fatal';
}
