// PostgreSQL dies while an operator writes and a workload asks, and comes back. OUTAGE says after how many seconds.
import { status } from '@grpc/grpc-js';
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import t from 'tap';
import { withConnection } from '../../cli/connect.ts';
import type { Connection, Target, CallFailure } from '../../cli/connect.ts';
import { Installation, TRUST_DOMAIN } from '../support/installation.ts';
import { PostgresServer, noPostgres } from '../support/postgres.ts';
import { watchingWorkload } from '../support/watching-workload.ts';

const OUTAGE_MS = 1000 * Number(process.env['OUTAGE'] ?? 8);
/** So short that the agent renews it twice while the database is away. */
const X509_TTL = '6s';
const WORKLOAD = `spiffe://${TRUST_DOMAIN}/w`;
/** Between two calls of the same caller. */
const PAUSE_MS = 20;
const UNSERVED = { trust_domain: TRUST_DOMAIN, path: '/other-node' };

t.setTimeout(OUTAGE_MS + 120_000);

/** A call that was made, in milliseconds on one clock. */
interface Call {
  readonly start: number;
  readonly end: number;
  /** Of the entry that it made. */
  readonly id?: string;
  readonly failure?: CallFailure;
}

t.test('a database that dies under load', { skip: noPostgres() ?? false }, async (t) => {
  const database = await PostgresServer.start(t);
  const installation = new Installation(t);
  const server = await installation.startServer('--database-url', database.createDatabase());
  await installation.admitNode();
  await installation.createEntry({ path: '/w', uid: process.getuid!(), x509Ttl: X509_TTL });
  installation.startAgent();
  const workload = await watchingWorkload(t, installation.endpoint);
  await workload.holds(WORKLOAD);

  const stop = new AbortController();
  const until = stop.signal;
  const writes = keepCalling(until, socketOf('server', installation.path('admin.sock')), write);
  const tokens = keepCalling(until, socketOf('agent', installation.path('agent.sock')), newToken);
  const expiries = keepExpiry(until, () => workload.expiry(WORKLOAD));
  await delay(1000);
  const diedAt = performance.now();
  await database.stop('SIGQUIT');
  await delay(OUTAGE_MS);
  await database.run();
  const returnedAt = performance.now();
  await server.printed(/"msg":"Database answers again"/);
  await delay(3000);
  stop.abort();
  const [written, signed, unexpired] = await Promise.all([writes, tokens, expiries]);

  const during = written.filter(({ start }) => start > diedAt && start < returnedAt - 1000);
  const slowest = Math.max(...during.map(({ start, end }) => end - start));
  t.ok(during.length > 10, `${during.length} writes were tried without a database`);
  t.strictSame(
    new Set(during.map(({ failure }) => failure?.status)),
    new Set([status.UNAVAILABLE]),
  );
  t.ok(slowest < 1000, `each was refused at once, in ${Math.round(slowest)} ms at most`);

  const firstAgain = written.find(({ end, id }) => id !== undefined && end > returnedAt);
  const recovery = Math.round(firstAgain!.end - returnedAt);
  t.ok(recovery < 5000, `${recovery} ms after its return the first write was accepted`);

  const kept = new Set(await installation.entryIds());
  const acknowledged = written.flatMap(({ id }) => id ?? []);
  const lost = acknowledged.filter((id) => !kept.has(id));
  t.same(lost, [], `none of ${acknowledged.length} acknowledged entries is lost`);

  const refused = signed.flatMap(({ failure }) => failure?.message ?? []);
  t.same(refused, [], `each of ${signed.length} new JWT-SVIDs was signed`);
  t.equal(unexpired, true, 'the workload had a valid X509-SVID at each moment');
});

const socketOf = (daemon: Target['daemon'], path: string): Target => ({
  daemon,
  address: { kind: 'unix', path },
});

/** Makes one call after another until it is told to stop. */
async function keepCalling(
  until: AbortSignal,
  target: Target,
  work: (connection: Connection) => Promise<string | undefined>,
): Promise<Call[]> {
  const calls: Call[] = [];
  await withConnection(target, async (connection) => {
    while (!until.aborted) {
      const start = performance.now();
      const outcome = await work(connection).then(
        (id) => ({ ...(id !== undefined && { id }) }),
        (failure: unknown) => ({ failure: failure as CallFailure }),
      );
      calls.push({ start, end: performance.now(), ...outcome });
      await delay(PAUSE_MS);
    }
  });
  return calls;
}

async function write(connection: Connection): Promise<string | undefined> {
  const entry = {
    spiffe_id: { trust_domain: TRUST_DOMAIN, path: `/${randomUUID()}` },
    parent_id: UNSERVED,
    selectors: [{ type: 'unix', value: 'uid:61000' }],
  };
  const { results } = await connection.unary('entry', 'BatchCreateEntry', { entries: [entry] });
  return results[0]!.entry!.id;
}

/** For an audience that nobody has asked for: the agent has to have it signed. */
async function newToken(connection: Connection): Promise<undefined> {
  const request = { audience: [randomUUID()], spiffe_id: WORKLOAD };
  await connection.unary('workloadApi', 'FetchJWTSVID', request);
}

/** Whether it was in the future all the time. */
async function keepExpiry(until: AbortSignal, expiry: () => Date | undefined): Promise<boolean> {
  let isValid = true;
  while (!until.aborted) {
    isValid &&= (expiry()?.getTime() ?? 0) > Date.now();
    await delay(PAUSE_MS);
  }
  return isValid;
}
