// What a server with many entries takes: memory, the time of its start, and what it does while nobody asks. Prints a
// Markdown table. A hundred agents are attested; the entries are theirs in equal parts, and each agent reads its own once.
// Run: node --conditions=vouchsafe-source bench/scale.ts [ENTRIES…]; 100000 unless said
import { setTimeout as delay } from 'node:timers/promises';
import { createClient } from '@vouchsafe/proto/services';
import { withConnection } from '../cli/connect.ts';
import type { Connection } from '../cli/connect.ts';
import { SpiffeChannelCredentials } from '../runtime/tls/spiffe-channel.ts';
import { Installation, TRUST_DOMAIN } from '../test/support/installation.ts';
import { attest, call } from '../test/support/test-server.ts';
import type { Attested } from '../test/support/test-server.ts';
import { CleanUps } from './clean-ups.ts';
import { printHead, printRow } from './load-client.ts';
import { cpuMs, residentMb } from './process-figures.ts';

const AGENTS = 100;
const PER_CALL = 1000;
const IDLE_MS = 30_000;

const sizes = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [100_000];
printHead([
  'entries',
  'start to healthy s',
  'resident MB',
  'after all agents read theirs MB',
  'idle CPU % of a core',
  'created a second',
  'one agent reads its entries ms',
]);
for (const size of sizes) await measure(size);

async function measure(size: number): Promise<void> {
  await using cleanUps = new CleanUps();
  const installation = new Installation(cleanUps);
  const seeding = await installation.startServer();
  const admin = installation.path('admin.sock');
  // A line of audit for each entry would be kept by this process.
  await installation.cli('logger', 'set', '--level', 'error', '--socket', admin);
  const agents = await onSocket(admin, (server) => admitAgents(server, installation));
  const perSecond = await onSocket(admin, (server) => seed(server, { size, agents }));
  seeding.signal('SIGTERM');
  await seeding.ended;

  const startedAt = performance.now();
  const server = await installation.startServer();
  await installation.cli('server', 'healthcheck', '--socket', admin);
  const startMs = performance.now() - startedAt;
  await delay(5000); // what a start leaves behind is collected
  const resident = residentMb(server.pid);
  const before = cpuMs(server.pid);
  await delay(IDLE_MS);
  const idle = (100 * (cpuMs(server.pid) - before)) / IDLE_MS;
  const reading: number[] = [];
  for (const agent of agents) reading.push(await readEntries(installation, agent));
  printRow([
    size.toLocaleString('en'),
    (startMs / 1000).toFixed(2),
    resident.toFixed(0),
    residentMb(server.pid).toFixed(0),
    idle.toFixed(2),
    perSecond.toFixed(0),
    reading.sort((a, b) => a - b)[reading.length / 2]!.toFixed(0),
  ]);
}

function onSocket<T>(path: string, work: (connection: Connection) => Promise<T>): Promise<T> {
  const address = { kind: 'unix', path } as const;
  return withConnection({ daemon: 'server', address, callTimeoutMs: 300_000 }, work);
}

async function admitAgents(server: Connection, installation: Installation): Promise<Attested[]> {
  const client = clientOf(installation, undefined, 'agent');
  const agents: Attested[] = [];
  while (agents.length < AGENTS) {
    const { value } = await server.unary('agent', 'CreateJoinToken', { ttl: 600 });
    agents.push(await attest(client, value));
  }
  client.close();
  return agents;
}

/** Returns how many are created in a second. */
async function seed(
  server: Connection,
  { size, agents }: { readonly size: number; readonly agents: readonly Attested[] },
): Promise<number> {
  const startedAt = performance.now();
  for (let start = 0; start < size; start += PER_CALL) {
    const count = Math.min(PER_CALL, size - start);
    const entries = Array.from({ length: count }, (_, at) => entryOf(start + at, agents));
    const { results } = await server.unary('entry', 'BatchCreateEntry', {
      entries,
      output_mask: {},
    });
    const refused = results.find(({ status }) => status?.code !== 0);
    if (refused !== undefined) throw new Error(refused.status?.message);
  }
  return (1000 * size) / (performance.now() - startedAt);
}

/** As they are found in the field: a name with a few segments, a user and a program. */
function entryOf(number: number, agents: readonly Attested[]) {
  const name = `team-${number % 50}/service-${number}`;
  return {
    spiffe_id: { trust_domain: TRUST_DOMAIN, path: `/production/${name}` },
    parent_id: { trust_domain: TRUST_DOMAIN, path: agents[number % agents.length]!.path },
    selectors: [
      { type: 'unix', value: `uid:${1000 + (number % 50)}` },
      { type: 'unix', value: `path:/usr/local/bin/${name}` },
    ],
  };
}

function clientOf<N extends 'agent' | 'entry'>(
  installation: Installation,
  identity: Attested['identity'] | undefined,
  name: N,
) {
  const channel = new SpiffeChannelCredentials({
    present: () => identity,
    verify: () => undefined,
  });
  return createClient(name, installation.serverAddress, channel, {
    'grpc.ssl_target_name_override': 'server',
    'grpc.max_receive_message_length': 64 << 20,
  });
}

/** In milliseconds, with the connection. */
async function readEntries(installation: Installation, { identity }: Attested): Promise<number> {
  const client = clientOf(installation, identity, 'entry');
  const startedAt = performance.now();
  await call(client, client.GetAuthorizedEntries, {});
  const ms = performance.now() - startedAt;
  client.close();
  return ms;
}
