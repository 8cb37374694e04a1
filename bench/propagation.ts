// How long after an entry was created, or deleted, the open stream of a workload has its identity, or has it no more.
// Prints a Markdown table: one server on SQLite; three on one PostgreSQL, where the entry is made on one and the agent is
// another's. Needs Go, and PostgreSQL's server for its row.
// Run: node --conditions=vouchsafe-source bench/propagation.ts [TIMES]; a hundred entries unless said
import { Installation } from '../test/support/installation.ts';
import { PostgresServer, noPostgres } from '../test/support/postgres.ts';
import { CleanUps } from './clean-ups.ts';
import { buildClient, printHead, printRow, runClient } from './load-client.ts';

const TIMES = process.argv[2] ?? '100';

/** In milliseconds. */
interface Figures {
  readonly add_p50_ms: number;
  readonly add_p99_ms: number;
  readonly del_p50_ms: number;
  readonly del_p99_ms: number;
  readonly lost: number;
}

/** Where entries are made, and where the workload is. */
interface Ends {
  readonly operator: Installation;
  readonly node: Installation;
}

await using owner = new CleanUps();
const tools = new Installation(owner);
const client = buildClient(tools.path('spiffeload'));
printHead(['where', 'created p50 ms', 'p99', 'deleted p50 ms', 'p99', 'lost']);
await measure(client, 'one server, SQLite', await oneServer());
if (noPostgres() === undefined) {
  await measure(client, 'three servers, PostgreSQL', await threeServers());
}

async function oneServer(): Promise<Ends> {
  const installation = new Installation(owner);
  await installation.startServer();
  return { operator: installation, node: installation };
}

async function threeServers(): Promise<Ends> {
  const url = (await PostgresServer.start(owner)).createDatabase();
  const all = [new Installation(owner), new Installation(owner), new Installation(owner)] as const;
  for (const installation of all) await installation.startServer('--database-url', url);
  return { operator: all[0], node: all[2] };
}

async function measure(client: string, where: string, { operator, node }: Ends): Promise<void> {
  await node.admitNode();
  await node.createEntry({ path: '/w', uid: process.getuid!() });
  node.startAgent();
  await node.hasIdentity('/w');
  const sockets = ['-sock', operator.path('admin.sock'), '-wsock', node.path('agent.sock')];
  const entry = ['-parent', 'spiffe://example.org/node', '-sel', `unix:uid:${process.getuid!()}`];
  const figures = await runClient<Figures>(client, ['prop', ...sockets, ...entry, '-n', TIMES]);
  const ms = (value: number): string => value.toFixed(1);
  printRow([
    where,
    ...[ms(figures.add_p50_ms), ms(figures.add_p99_ms)],
    ...[ms(figures.del_p50_ms), ms(figures.del_p99_ms), String(figures.lost)],
  ]);
}
