// Three servers on one PostgreSQL, of which one after the other dies by SIGKILL, while nodes join, an operator writes and a
// workload asks. KILLING says for how many seconds.
import { status } from '@grpc/grpc-js';
import type { ServiceError } from '@grpc/grpc-js';
import { randomInt, randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { generateKeyPair } from '@vouchsafe/pki/keys/key-pair';
import { createClient } from '@vouchsafe/proto/services';
import t from 'tap';
import { withConnection } from '../../cli/connect.ts';
import type { Connection } from '../../cli/connect.ts';
import { SpiffeChannelCredentials } from '../../runtime/tls/spiffe-channel.ts';
import { Balancer } from '../support/balancer.ts';
import type { CliProcess } from '../support/cli-process.ts';
import { Installation, TRUST_DOMAIN } from '../support/installation.ts';
import { PostgresServer, noPostgres } from '../support/postgres.ts';
import { attest } from '../support/test-server.ts';
import { watchingWorkload } from '../support/watching-workload.ts';

const KILLING_MS = 1000 * Number(process.env['KILLING'] ?? 30);
const ATTESTATIONS = Math.round(KILLING_MS / 6_000);
const CHANGES = Math.round(KILLING_MS / 600);
const LONGEST_LIFE_MS = 3000;
const X509_TTL = '10s';
const WORKLOAD = `spiffe://${TRUST_DOMAIN}/w`;
/** Between two looks at what the workload has. */
const GLANCE_MS = 50;

t.setTimeout(KILLING_MS + 180_000);

/** One of the servers, at times dead. */
interface Member {
  readonly installation: Installation;
  process: CliProcess;
}

t.test(
  'three servers, one of them dying all the time',
  { skip: noPostgres() ?? false },
  async (t) => {
    const url = (await PostgresServer.start(t)).createDatabase();
    const members: Member[] = [];
    for (let number = 0; number < 3; number++) {
      const installation = new Installation(t);
      const process = await installation.startServer('--database-url', url);
      members.push({ installation, process });
    }
    const ports = members.map(({ installation }) => portOf(installation.serverAddress));
    const balancer = await Balancer.before(t, ports);
    const { installation } = members[0]!;
    await installation.admitNode();
    await installation.createEntry({ path: '/w', uid: process.getuid!(), x509Ttl: X509_TTL });
    installation.startAgent(balancer.address);
    const workload = await watchingWorkload(t, installation.endpoint);
    await workload.holds(WORKLOAD);

    const stop = new AbortController();
    const killed = killing(members, url, stop.signal);
    const gaps = gapsOf(() => workload.expiry(WORKLOAD), stop.signal);
    const signed = newTokens(installation.path('agent.sock'), stop.signal);
    const [admitted, expected] = await Promise.all([joining(members), changing(members)]);
    stop.abort();
    t.comment(`${await killed} kills`);

    t.same(
      admitted.filter((times) => times !== 1),
      [],
      `each of ${admitted.length} join tokens let one agent in, and only one`,
    );
    for (const member of members) {
      const { agents, entries } = await stateOf(member.installation);
      t.equal(agents, ATTESTATIONS + 1, 'every server knows every agent');
      t.same(entries, expected, `and the outcome of each of ${CHANGES} changes`);
    }
    t.same(await gaps, 0, 'the workload had a valid X509-SVID at each moment');
    const { count, failures } = await signed;
    t.same(failures, [], `each of ${count} new JWT-SVIDs was signed`);
  },
);

const portOf = (address: string): number => Number(address.split(':')[1]);
const oneOf = <T>(items: readonly T[]): T => items[randomInt(items.length)]!;

/** Kills a random one at a random moment, and starts it again. Returns how often. */
async function killing(
  members: readonly Member[],
  url: string,
  until: AbortSignal,
): Promise<number> {
  let kills = 0;
  while (!until.aborted) {
    await delay(randomInt(LONGEST_LIFE_MS));
    const member = oneOf(members);
    member.process.signal('SIGKILL');
    await member.process.ended;
    member.process = member.installation.launchServer('--database-url', url);
    await member.process.printed(/"msg":"Server started"/);
    kills++;
  }
  return kills;
}

/** For each join token, how many of the two agents that showed it at the same time, each at any server, were let in. */
async function joining(members: readonly Member[]): Promise<number[]> {
  const admitted: number[] = [];
  for (let number = 0; number < ATTESTATIONS; number++) {
    const { value } = await untilAnswered(members, async (connection) =>
      connection.unary('agent', 'CreateJoinToken', { ttl: 600 }),
    );
    const outcomes = await Promise.all([join(members, value), join(members, value)]);
    admitted.push(outcomes.filter(Boolean).length);
    await delay(randomInt((2 * KILLING_MS) / ATTESTATIONS));
  }
  return admitted;
}

/** Shows the token until somebody answers; always with the same key, as an agent does. */
async function join(members: readonly Member[], token: string): Promise<boolean> {
  const key = await generateKeyPair('ec-p256');
  for (;;) {
    const { installation } = oneOf(members);
    const channel = new SpiffeChannelCredentials({
      present: () => undefined,
      verify: () => undefined,
    });
    const client = createClient('agent', installation.serverAddress, channel, {
      'grpc.ssl_target_name_override': 'server',
    });
    try {
      await attest(client, token, key);
      return true;
    } catch (error) {
      const { code } = error as ServiceError;
      if (code === status.INVALID_ARGUMENT) return false;
      if (code !== status.UNAVAILABLE) throw error;
    } finally {
      client.close();
    }
  }
}

/** Creates, updates and deletes; what there has to be in the end: the hint of each entry, by its ID. */
async function changing(members: readonly Member[]): Promise<Record<string, string>> {
  const entries = new Map<string, string>();
  for (let number = 0; number < CHANGES; number++) {
    const known = [...entries.keys()];
    const change = known.length < 5 ? create : oneOf([create, update, remove]);
    await change(members, entries);
    await delay(randomInt((2 * KILLING_MS) / CHANGES));
  }
  return Object.fromEntries(entries);
}

type Change = (members: readonly Member[], entries: Map<string, string>) => Promise<void>;

/** Done, or done already by a server that died before it could say so. */
const isDone = (code: number | undefined, already: status): boolean =>
  code === status.OK || code === already;

const create: Change = async (members, entries) => {
  const id = randomUUID();
  const entry = {
    id,
    hint: 'new',
    spiffe_id: { trust_domain: TRUST_DOMAIN, path: `/${id}` },
    parent_id: { trust_domain: TRUST_DOMAIN, path: '/node' },
    selectors: [{ type: 'unix', value: 'uid:61000' }],
  };
  const { results } = await untilAnswered(members, async (connection) =>
    connection.unary('entry', 'BatchCreateEntry', { entries: [entry] }),
  );
  if (isDone(results[0]!.status?.code, status.ALREADY_EXISTS)) entries.set(id, 'new');
  else throw new Error(results[0]!.status?.message);
};

const update: Change = async (members, entries) => {
  const id = oneOf([...entries.keys()]);
  const hint = randomUUID();
  const { results } = await untilAnswered(members, async (connection) =>
    connection.unary('entry', 'BatchUpdateEntry', {
      entries: [{ id, hint }],
      input_mask: { hint: true },
    }),
  );
  if (isDone(results[0]!.status?.code, status.OK)) entries.set(id, hint);
  else throw new Error(results[0]!.status?.message);
};

const remove: Change = async (members, entries) => {
  const id = oneOf([...entries.keys()]);
  const { results } = await untilAnswered(members, async (connection) =>
    connection.unary('entry', 'BatchDeleteEntry', { ids: [id] }),
  );
  if (isDone(results[0]!.status?.code, status.NOT_FOUND)) entries.delete(id);
  else throw new Error(results[0]!.status?.message);
};

/** Asks one server after the other, on its administration socket, until one answers. */
async function untilAnswered<T>(
  members: readonly Member[],
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  for (;;) {
    const path = oneOf(members).installation.path('admin.sock');
    try {
      return await withConnection({ daemon: 'server', address: { kind: 'unix', path } }, work);
    } catch (error) {
      const { code, status: answer } = error as { code: string; status?: status };
      const isGone = code.startsWith('CLI_SOCKET_') || answer === status.UNAVAILABLE;
      if (!isGone) throw error;
    }
  }
}

async function stateOf(installation: Installation) {
  const path = installation.path('admin.sock');
  return withConnection({ daemon: 'server', address: { kind: 'unix', path } }, async (server) => {
    const { count: agents } = await server.unary('agent', 'CountAgents', {});
    const { entries } = await server.unary('entry', 'ListEntries', {});
    const changed = entries.filter(({ hint }) => hint !== ''); // not the workload's, not the node's
    return { agents, entries: Object.fromEntries(changed.map(({ id, hint }) => [id, hint])) };
  });
}

/** How often there was no valid one. */
async function gapsOf(expiry: () => Date | undefined, until: AbortSignal): Promise<number> {
  let gaps = 0;
  while (!until.aborted) {
    if ((expiry()?.getTime() ?? 0) <= Date.now()) gaps++;
    await delay(GLANCE_MS);
  }
  return gaps;
}

/** One after the other, each for an audience that is new to the agent. */
async function newTokens(path: string, until: AbortSignal) {
  const failures: string[] = [];
  let count = 0;
  await withConnection({ daemon: 'agent', address: { kind: 'unix', path } }, async (agent) => {
    for (; !until.aborted; count++) {
      const request = { audience: [randomUUID()], spiffe_id: WORKLOAD };
      await agent
        .unary('workloadApi', 'FetchJWTSVID', request)
        .catch((error: unknown) => failures.push((error as Error).message));
      await delay(GLANCE_MS);
    }
  });
  return { count, failures };
}
