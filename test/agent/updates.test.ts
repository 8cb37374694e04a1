// The agent and the server that tells it of changes: with intervals so long that polling shows nothing in these tests.
import { status } from '@grpc/grpc-js';
import t from 'tap';
import type { Test } from 'tap';
import { parseAddress } from '../../runtime/address.ts';
import type { LogRecord } from '../support/capture-log.ts';
import { temporaryDirectory } from '../support/socket-path.ts';
import { startAdmittingServer, startTestAgent, TOKEN } from '../support/test-agent.ts';
import { call, newToken, startTestServer } from '../support/test-server.ts';
import type { TestServer } from '../support/test-server.ts';

const trust_domain = 'example.org';
const HOURLY = 3600;

function entryApi(server: TestServer) {
  const client = server.local('entry');
  const create = async (path: string, more: object = {}) => {
    const entry = {
      spiffe_id: { trust_domain, path },
      parent_id: { trust_domain, path: '/node' },
      selectors: [{ type: 'unix', value: `uid:${process.getuid!()}` }],
      ...more,
    };
    const { results } = await call(client, client.BatchCreateEntry, { entries: [entry] });
    return results[0]!.entry!.id;
  };
  const remove = (...ids: string[]) => call(client, client.BatchDeleteEntry, { ids });
  return { create, remove };
}

/** What is served by the agents that watch; waits for those that are told and do not serve it yet. */
async function served(server: TestServer) {
  const updates = server.local('updates');
  return call(updates, updates.AwaitServed, { wait_ms: 60_000 });
}

/** What an agent warns of, but for the way it was told of its server. */
function complaints(records: readonly LogRecord[]): readonly LogRecord[] {
  return records.filter(
    ({ level, msg }) => level !== 'info' && level !== 'debug' && !/insecure_bootstrap/.test(msg),
  );
}

/** Resolves once an agent watches. */
async function watched(server: TestServer): Promise<void> {
  while ((await served(server)).served.length === 0) await new Promise(setImmediate);
}

async function startJoined(t: Test, server: TestServer, directory?: string) {
  return startTestAgent(t, {
    server: { address: parseAddress(server.address)!, ca: { pem: () => '' } },
    ...(directory === undefined ? {} : { directory }),
    settings: {
      join_token: await newToken(server, { alias: '/node' }),
      ...{ insecure_bootstrap: true, sync_interval: HOURLY },
    },
  });
}

t.test('open streams see what is created, changed and deleted, without a poll', async (t) => {
  const server = await startTestServer(t);
  const { create, remove } = entryApi(server);
  const first = await create('/a');
  const { client, captured } = await startJoined(t, server);
  const stream = client().stream('FetchX509SVID');
  const ids = async (): Promise<string[]> =>
    (await stream.next()).svids.map(({ spiffe_id }) => spiffe_id.slice(20));
  t.strictSame(await ids(), ['/a']);
  await watched(server);
  const second = await create('/b', { hint: 'second' });
  t.strictSame(await ids(), ['/a', '/b']);
  await remove(first);
  t.strictSame(await ids(), ['/b']);

  const bundles = server.local('bundle');
  const own = await call(bundles, bundles.GetBundle, {});
  const { x509_authorities } = own;
  await call(bundles, bundles.BatchSetFederatedBundle, {
    bundle: [{ trust_domain: 'other.org', x509_authorities }],
  });
  await create('/c', { federates_with: ['other.org'] });
  const { federated_bundles } = await stream.next();
  t.strictSame(Object.keys(federated_bundles), ['spiffe://other.org'], 'with the bundle it needs');
  await remove(second);
  t.strictSame(await ids(), ['/c']);
  t.strictSame(complaints(captured.records), [], 'and nothing to complain of');
});

t.test('what is said of an entry reaches the agent, and binds what it hands out', async (t) => {
  const server = await startTestServer(t);
  const { create } = entryApi(server);
  const id = await create('/a');
  const { client } = await startJoined(t, server);
  await watched(server);
  const registered = server.local('serverEntry');
  const ask = (...audience: string[]) => client().unary('FetchJWTSVID', { audience });
  t.match(await ask('db'), { svids: [{ spiffe_id: 'spiffe://example.org/a' }] });
  const { updated } = await call(registered, registered.ApplyEntries, {
    update: [
      {
        entry: { id },
        input_mask: {},
        attributes: { owner: 'payments', audience: { allow: ['queue'] } },
      },
    ],
  });
  t.match(updated, [{ status: { code: status.OK } }]);
  t.strictSame((await served(server)).waiting, []);
  await t.rejects(ask('db'), {
    code: status.PERMISSION_DENIED,
    details:
      'audience rules of spiffe://example.org/a (owner: payments): audience "db" is not among those allowed, "queue"',
  });
  t.equal((await ask('queue')).svids.length, 1);
});

t.test('an agent that is banned ends at once', async (t) => {
  const server = await startTestServer(t);
  const { agent } = await startJoined(t, server);
  await watched(server);
  const agents = server.local('agent');
  const { agents: listed } = await call(agents, agents.ListAgents, {});
  await call(agents, agents.BanAgent, { id: listed[0]!.id });
  await t.rejects(agent.ended, { code: 'AGENT_BANNED' });
});

t.test('one that is evicted, and cannot attest again, too', async (t) => {
  const server = await startTestServer(t);
  const { agent } = await startJoined(t, server);
  await watched(server);
  const agents = server.local('agent');
  const { agents: listed } = await call(agents, agents.ListAgents, {});
  await call(agents, agents.DeleteAgent, { id: listed[0]!.id });
  await t.rejects(agent.ended, { code: 'AGENT_MUST_REATTEST' });
});

t.test('after a restart of the server it goes on from where it was', async (t) => {
  const directory = temporaryDirectory(t);
  const before = await startTestServer(t, { directory });
  const { client, captured } = await startJoined(t, before);
  const known = await entryApi(before).create('/a');
  await served(before);
  const stream = client().stream('FetchX509SVID');
  await stream.next();
  await before.close();
  const settings = { bind_address: before.address };
  const after = await startTestServer(t, { directory, settings });
  const { create, remove } = entryApi(after);
  await remove(known);
  await t.rejects(stream.next(), { code: status.PERMISSION_DENIED }, 'what it missed it is told');
  await watched(after);
  await create('/b');
  const again = client().stream('FetchX509SVID');
  t.match(await again.next(), { svids: [{ spiffe_id: 'spiffe://example.org/b' }] });
  t.strictSame(complaints(captured.records), []);
});

t.test('under a server that does not tell of changes it polls', async (t) => {
  const server = await startAdmittingServer(t);
  server.put({ id: 'a' });
  const settings = { ...TOKEN, sync_interval: 1 };
  const { client, captured } = await startTestAgent(t, { server, settings });
  const stream = client().stream('FetchX509SVID');
  await stream.next();
  server.put({ id: 'b' });
  t.equal((await stream.next()).svids.length, 2);
  t.match(
    captured.records.filter(({ msg }) => /does not tell/.test(msg)),
    [{ level: 'info' }],
  );
});
