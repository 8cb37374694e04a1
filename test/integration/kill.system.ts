// Server and agent die by SIGKILL at random moments, of their start too, while an operator writes and a workload watches.
// ROUNDS says how often; both die twice a round.
import { randomInt, randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Entry } from '@vouchsafe/proto/gen/spire/api/types/Entry';
import t from 'tap';
import { withConnection } from '../../cli/connect.ts';
import type { Target } from '../../cli/connect.ts';
import { CliError } from '../../cli/errors.ts';
import type { CliProcess } from '../support/cli-process.ts';
import { Installation, TRUST_DOMAIN } from '../support/installation.ts';
import { watchingWorkload } from '../support/watching-workload.ts';

const ROUNDS = Number(process.env['ROUNDS'] ?? 5);
const ROUND_TIMEOUT_MS = 60_000;
/** Longer than a start takes, with the first exchange after it. */
const LONGEST_LIFE_MS = 2000;
/** So short that authorities, server and agent renew what they hold while they are killed. */
const CA_TTL = ['--ca-ttl', '2m'];

t.setTimeout((ROUNDS + 1) * ROUND_TIMEOUT_MS);

t.test('kill -9 at any moment loses nothing and needs nobody', async (t) => {
  const installation = new Installation(t);
  const uid = process.getuid!();
  const acknowledged: string[] = [];
  let server = await installation.startServer(...CA_TTL);
  await installation.admitNode();
  acknowledged.push(await installation.createEntry({ path: '/0', uid, x509Ttl: '20s' }));
  let agent = installation.startAgent();
  const workload = await watchingWorkload(t, installation.endpoint);
  const joined = await installation.agentPaths();
  t.equal(joined.length, 1);

  for (let round = 1; round <= ROUNDS; round++) {
    const lives = Array.from({ length: 4 }, () => randomInt(LONGEST_LIFE_MS));
    await t.test(`round ${round}: killed after ${lives.join(', ')} ms`, async (t) => {
      for (const [ofServer, ofAgent] of [lives.slice(0, 2), lives.slice(2)]) {
        const written = createUntilGone(installation.path('admin.sock'));
        await Promise.all([killAfter(server, ofServer!), killAfter(agent, ofAgent!)]);
        acknowledged.push(...(await written));
        agent = installation.startAgent();
        server = installation.launchServer(...CA_TTL);
      }
      await server.printed(/"msg":"Server started"/);
      const path = `/${round}`;
      acknowledged.push(await installation.createEntry({ path, uid, x509Ttl: '20s' }));
      await Promise.race([
        workload.holds(`spiffe://${TRUST_DOMAIN}${path}`),
        failure('server', server),
        failure('agent', agent),
      ]);

      const kept = new Set(await installation.entryIds());
      const lost = acknowledged.filter((id) => !kept.has(id));
      t.same(lost, [], `none of ${acknowledged.length} acknowledged entries is lost`);
      t.same(await installation.agentPaths(), joined, 'the agent is who it was');
    });
  }
});

async function killAfter(daemon: CliProcess, lifeMs: number): Promise<void> {
  await delay(lifeMs);
  daemon.signal('SIGKILL');
  await daemon.ended;
}

/** Rejects once the daemon has ended, with what it said. */
async function failure(name: string, daemon: CliProcess): Promise<never> {
  const end = await daemon.ended;
  throw new Error(`the ${name} ended with ${end}: ${daemon.stderr()}`);
}

/** Creates one entry after another until nobody answers any more. Returns the IDs of those that the server acknowledged. */
async function createUntilGone(path: string): Promise<string[]> {
  const target: Target = { daemon: 'server', address: { kind: 'unix', path } };
  const acknowledged: string[] = [];
  const writing = withConnection(target, async (connection) => {
    for (;;) {
      const request = { entries: [otherEntry(randomUUID())] };
      const { results } = await connection.unary('entry', 'BatchCreateEntry', request);
      acknowledged.push(results[0]!.entry!.id);
    }
  });
  await writing.catch((error: unknown) => {
    if (!(error instanceof CliError)) throw error; // all others mean that the server is gone, or not there yet
  });
  return acknowledged;
}

/** One of a node that never joins: the agent has no more work with it. */
const otherEntry = (name: string): Entry => ({
  spiffe_id: { trust_domain: TRUST_DOMAIN, path: `/${name}` },
  parent_id: { trust_domain: TRUST_DOMAIN, path: '/other-node' },
  selectors: [{ type: 'unix', value: 'uid:61000' }],
});
