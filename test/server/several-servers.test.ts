import { status } from '@grpc/grpc-js';
import { generateKeyPair } from '@vouchsafe/pki/keys/key-pair';
import { createCsr } from '@vouchsafe/pki/x509/csr';
import { parseCertificate } from '@vouchsafe/pki/x509/certificate';
import { verifyX509Svid } from '@vouchsafe/pki/x509/verify';
import t from 'tap';
import type { Test } from 'tap';
import { systemClock } from '../../runtime/clock.ts';
import { PostgresServer, noPostgres } from '../support/postgres.ts';
import {
  attest,
  call,
  identityOf,
  newAgent,
  newToken,
  startTestServer,
} from '../support/test-server.ts';
import type { Attested, TestServer } from '../support/test-server.ts';

t.setTimeout(180_000);

const trust_domain = 'example.org';
const key = await generateKeyPair('ec-p256');
const csr = Buffer.from(await createCsr({ signer: key.signer }));

const startOn = (t: Test, url: string, settings: object = {}): Promise<TestServer> =>
  startTestServer(t, { settings: { 'database.url': url, ...settings } });

async function twoServers(t: Test): Promise<readonly [TestServer, TestServer]> {
  const url = (await PostgresServer.start(t)).createDatabase();
  return Promise.all([startOn(t, url), startOn(t, url)]);
}

async function register(server: TestServer, path: string, { path: parent }: Attested) {
  const client = server.local('entry');
  const { results } = await call(client, client.BatchCreateEntry, {
    entries: [
      {
        parent_id: { trust_domain, path: parent },
        spiffe_id: { trust_domain, path },
        selectors: [{ type: 'unix', value: 'uid:1' }],
      },
    ],
  });
  return results[0]!.entry!.id;
}

async function remove(server: TestServer, id: string): Promise<void> {
  const client = server.local('entry');
  await call(client, client.BatchDeleteEntry, { ids: [id] });
}

async function issue(server: TestServer, { identity }: Attested, entry_id: string) {
  const client = server.tls('svid', identity);
  const { results } = await call(client, client.BatchNewX509SVID, { params: [{ entry_id, csr }] });
  return results[0]!;
}

async function authorities(server: TestServer) {
  const client = server.local('bundle');
  const bundle = await call(client, client.GetBundle, {});
  return bundle.x509_authorities.map(({ asn1 }) => asn1.toString('base64')).sort();
}

async function renew(server: TestServer, agent: Attested): Promise<Attested> {
  const client = server.tls('agent', agent.identity);
  const renewed = await generateKeyPair('ec-p256');
  const request = { params: { csr: Buffer.from(await createCsr({ signer: renewed.signer })) } };
  const { svid } = await call(client, client.RenewAgent, request);
  return { ...agent, key: renewed, ...identityOf(svid!.cert_chain, renewed) };
}

async function agentEntries(server: TestServer, { identity }: Attested) {
  const client = server.tls('entry', identity);
  const { entries } = await call(client, client.GetAuthorizedEntries, {});
  return entries.map(({ spiffe_id }) => spiffe_id!.path);
}

const skip = noPostgres() ?? false;

t.test('several servers on one database', { skip }, async (t) => {
  const [one, two] = await twoServers(t);

  await t.test('have an authority each, and one bundle', async (t) => {
    const bundle = await authorities(one);
    t.equal(bundle.length, 2);
    t.strictSame(await authorities(two), bundle);
    const agent = await newAgent(one);
    const id = await register(one, '/both', agent);
    const roots = bundle.map((der) => parseCertificate(Buffer.from(der, 'base64')));
    const signers = new Set<string>();
    for (const server of [one, two]) {
      const { svid } = await issue(server, agent, id);
      const chain = [parseCertificate(svid!.cert_chain[0]!)];
      const now = systemClock.now();
      verifyX509Svid({ chain, authorities: () => roots, now });
      signers.add(String(chain[0]!.authorityKeyId));
    }
    t.equal(signers.size, 2, 'each signs with its own');
  });

  await t.test('serve the agents of each other at once', async (t) => {
    const agent = await newAgent(one);
    t.strictSame(await agentEntries(two, agent), [], 'one that has just joined');
    for (let round = 0; round < 5; round++) {
      const id = await register(one, `/at-once/${round}`, agent);
      t.match(await issue(two, agent, id), { status: { code: status.OK } }, 'a new entry');
    }
  });

  await t.test('know an SVID that another one has renewed, and which one is current', async (t) => {
    let agent = await newAgent(one);
    for (const [from, to] of [
      [one, two],
      [two, one],
    ] as const) {
      const renewed = await renew(from, agent);
      t.strictSame(await agentEntries(to, renewed), [], 'used where it was not renewed');
      await t.rejects(agentEntries(to, agent), { code: status.PERMISSION_DENIED }, 'the old one');
      agent = renewed;
    }
  });

  await t.test('spend a join token once, whoever is asked', async (t) => {
    for (let round = 0; round < 5; round++) {
      const token = await newToken(round % 2 === 0 ? one : two);
      const attempts = [one, two, one, two].map((server) => attest(server.tls('agent'), token));
      const outcomes = await Promise.allSettled(attempts);
      t.equal(outcomes.filter((outcome) => outcome.status === 'fulfilled').length, 1);
    }
  });

  await t.test('withdraw an entry that was deleted on the other', async (t) => {
    const agent = await newAgent(one);
    const id = await register(one, '/gone', agent);
    const stream = two.tls('updates', agent.identity).Watch({ from_revision: '0' });
    stream.on('error', () => undefined);
    const gone = new Promise<void>((resolve) => {
      stream.on('data', (message: { changes: readonly { id: string; gone: boolean }[] }) => {
        if (message.changes.some((change) => change.id === id && change.gone)) resolve();
      });
    });
    await new Promise((resolve) => stream.once('data', resolve));
    await remove(one, id);
    await gone;
    t.match(await issue(two, agent, id), { status: { code: status.NOT_FOUND } });
    stream.cancel();
  });

  await t.test('end the streams of an agent that was banned on the other (T-12)', async (t) => {
    const agent = await newAgent(one);
    const stream = two.tls('updates', agent.identity).Watch({ from_revision: '0' });
    const ended = new Promise<unknown>((resolve) => stream.once('error', resolve));
    await new Promise((resolve) => stream.once('data', resolve));
    const agents = one.local('agent');
    await call(agents, agents.BanAgent, { id: { trust_domain, path: agent.path } });
    t.match(await ended, { code: status.PERMISSION_DENIED });
    await t.rejects(agentEntries(two, agent), { code: status.PERMISSION_DENIED });
    await t.rejects(renew(two, agent), { code: status.PERMISSION_DENIED });
  });

  await t.test('go on from a revision that only the other one has told of', async (t) => {
    const agent = await newAgent(one);
    const id = await register(one, '/newer', agent);
    const stream = one.tls('updates', agent.identity).Watch({ from_revision: '0' });
    stream.on('error', () => undefined);
    const [{ revision }] = await new Promise<[{ revision: string }]>((resolve) =>
      stream.once('data', (message: { revision: string }) => resolve([message])),
    );
    stream.cancel();
    const next = two.tls('updates', agent.identity).Watch({ from_revision: revision });
    next.on('error', () => undefined);
    const first = await new Promise<object>((resolve) => next.once('data', resolve));
    next.cancel();
    t.match(first, { revision, changes: [], resync: [] }, 'nothing is told again');
    t.match(await issue(two, agent, id), { status: { code: status.OK } });
  });
});

t.test('without its database a server', { skip }, async (t) => {
  const postgres = await PostgresServer.start(t);
  const url = postgres.createDatabase();
  const server = await startOn(t, url, { max_database_outage: 3 });
  const agent = await newAgent(server);
  const id = await register(server, '/known', agent);
  const banned = await newAgent(server);
  const agents = server.local('agent');
  await call(agents, agents.BanAgent, { id: { trust_domain, path: banned.path } });
  const renewed = await renew(server, agent);

  await postgres.stop('SIGQUIT');
  const unavailable = { code: status.UNAVAILABLE };

  await t.test('issues to the agents that it knows', async (t) => {
    t.match(await issue(server, agent, id), { status: { code: status.OK } });
    const also = await issue(server, renewed, id);
    t.match(also, { status: { code: status.OK } }, 'one that shows its renewed SVID too');
    t.strictSame(await agentEntries(server, agent), ['/known']);
  });

  await t.test(
    'refuses whom it knows to be banned, and decides nothing that it cannot know',
    async (t) => {
      await t.rejects(agentEntries(server, banned), { code: status.PERMISSION_DENIED });
      t.match(await issue(server, agent, 'unknown'), { status: unavailable });
    },
  );

  await t.test('refuses writes at once', async (t) => {
    await t.rejects(register(server, '/new', agent), unavailable);
    const before = systemClock.now().getTime();
    while (server.log.every(({ msg }) => !/^Database does not answer/.test(msg))) {
      await systemClock.delay(10, new AbortController().signal);
    }
    await t.rejects(register(server, '/new', agent), unavailable);
    await t.rejects(newToken(server), unavailable);
    t.ok(systemClock.now().getTime() - before < 3000);
  });

  await t.test('serves nobody from memory for longer than it may', async (t) => {
    const calls = (): Promise<unknown> => issue(server, agent, id);
    let refused: unknown;
    while (refused === undefined) {
      refused = await calls().then(
        () => undefined,
        (error: unknown) => error,
      );
    }
    t.match(refused, { ...unavailable, details: /has not answered for too long/ });
    const told = server.log.findLast(({ why }) => /not answered for too long/.test(String(why)))!;
    const after = Date.parse(String(told['time'])) - Date.parse(String(told['since']));
    t.ok(after > 3000, `after ${after} ms without an answer`);
  });

  await t.test('recovers by itself', async (t) => {
    await postgres.run();
    let isCreated = false;
    while (!isCreated) {
      isCreated = await register(server, '/after', agent).then(
        () => true,
        () => false,
      );
    }
    t.strictSame((await agentEntries(server, renewed)).sort(), ['/after', '/known']);
    await t.rejects(agentEntries(server, banned), { code: status.PERMISSION_DENIED });
  });
});
