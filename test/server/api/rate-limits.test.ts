import { status } from '@grpc/grpc-js';
import type { ServiceError } from '@grpc/grpc-js';
import { createCsr } from '@vouchsafe/pki/x509/csr';
import type { ServiceClient } from '@vouchsafe/proto/services';
import t from 'tap';
import type { Test } from 'tap';
import { systemClock } from '../../../runtime/clock.ts';
import type { Clock } from '../../../runtime/clock.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { attest, call, newAgent, newToken, startTestServer } from '../../support/test-server.ts';
import type { Attested, TestServer } from '../../support/test-server.ts';

const code = status.RESOURCE_EXHAUSTED;
const trust_domain = 'example.org';

/** An entry below each agent; its ID. */
async function entryBelow(server: TestServer, agent: Attested): Promise<string> {
  const client = server.local('entry');
  const entry = {
    parent_id: { trust_domain, path: agent.path },
    spiffe_id: { trust_domain, path: '/workload' },
    selectors: [{ type: 'unix', value: 'uid:1' }],
  };
  const { results } = await call(client, client.BatchCreateEntry, { entries: [entry] });
  return results[0]!.entry!.id;
}

interface Signing {
  readonly agent: Attested;
  readonly client: ServiceClient<'svid'>;
  /** As many X509-SVIDs in one call. */
  readonly batch: (count: number) => Promise<{ results: { status: { code: number } | null }[] }>;
}

async function newSigning(server: TestServer): Promise<Signing> {
  const agent = await newAgent(server);
  const entry_id = await entryBelow(server, agent);
  const csr = Buffer.from(await createCsr({ signer: agent.key.signer }));
  const client = server.tls('svid', agent.identity);
  return {
    agent,
    client,
    batch: (count) =>
      call(client, client.BatchNewX509SVID, {
        params: Array.from({ length: count }, () => ({ entry_id, csr })),
      }),
  };
}

const isSigned = ({ results }: Awaited<ReturnType<Signing['batch']>>): boolean =>
  results.every((result) => result.status?.code === 0);

/** Attests with a token; rejects after the deadline. */
function attestBy(server: TestServer, payload: string, deadlineMs: number): Promise<unknown> {
  const stream = server.tls('agent').AttestAgent({ deadline: Date.now() + deadlineMs });
  return new Promise((resolve, reject) => {
    stream.on('data', resolve);
    stream.on('error', reject);
    stream.write({ params: { data: { type: 'join_token', payload: Buffer.from(payload) } } });
    stream.end();
  });
}

t.test('attestations of one source wait, and are refused when they cannot', async (t) => {
  const server = await startTestServer(t, { settings: { 'rate_limit.attestation': 1 } });
  const tokens = await Promise.all([newToken(server), newToken(server)]);
  await Promise.all(tokens.map((token) => attest(server.tls('agent'), token)));
  t.pass('the second one waited');
  const outcomes = await Promise.all(
    Array.from({ length: 4 }, () =>
      attestBy(server, 'none', 900).catch((error: unknown) => error as ServiceError),
    ),
  );
  const refused = outcomes.filter((outcome) => (outcome as ServiceError).code === code);
  t.ok(refused.length >= 3);
  t.match(refused[0], {
    details:
      'rejecting request due to attest agent rate limiting: rate: Wait(n=1) would exceed context deadline',
  });
  const audited = server.log.filter(
    ({ method, status: ended }) =>
      String(method).endsWith('/AttestAgent') && ended === 'RESOURCE_EXHAUSTED',
  );
  t.equal(audited.length, refused.length, 'each leaves its line');

  const local = server.local('agent');
  for (let i = 0; i < 5; i++) await call(local, local.CountAgents, {});
  const stream = (): Promise<ServiceError> =>
    new Promise((resolve) => {
      const attesting = local.AttestAgent({ deadline: Date.now() + 10_000 });
      attesting.on('error', (error: ServiceError) => resolve(error));
      attesting.end();
    });
  for (const refusal of await Promise.all([stream(), stream(), stream()])) {
    t.equal(refusal.code, status.INVALID_ARGUMENT, 'callers on this host do not wait');
  }
});

t.test('without limit nobody waits', async (t) => {
  const server = await startTestServer(t, { settings: { 'rate_limit.attestation': 'off' } });
  const outcomes = await Promise.all(
    Array.from({ length: 100 }, () =>
      attestBy(server, 'none', 60_000).catch((error: unknown) => (error as ServiceError).code),
    ),
  );
  t.strictSame([...new Set(outcomes)], [status.INVALID_ARGUMENT]);
});

t.test('signatures are counted for each agent', async (t) => {
  const server = await startTestServer(t, { settings: { 'rate_limit.signing': 3 } });
  const [one, other] = [await newSigning(server), await newSigning(server)];
  await t.rejects(one.batch(4), {
    code,
    details:
      'rejecting request due to certificate signing rate limiting: rate (4) exceeds burst size (3)',
  });
  t.ok(isSigned(await one.batch(3)));
  t.ok(isSigned(await other.batch(3)), 'another has its own');
  t.ok(isSigned(await one.batch(2)), 'and the first one waits');

  await t.test('JWT-SVIDs apart, and renewals with the certificates', async (t) => {
    const entry_id = await entryBelow(server, other.agent);
    const request = { entry_id, audience: ['a'] };
    const soon = () => ({ deadline: Date.now() + 500 });
    const jwt = (): Promise<unknown> =>
      new Promise((resolve, reject) => {
        other.client.NewJWTSVID(request, soon(), (error, response) => {
          if (error === null) resolve(response);
          else reject(error);
        });
      });
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, jwt));
    const refused = outcomes.filter(({ status }) => status === 'rejected');
    t.ok(refused.length > 0 && refused.length <= 5);
    t.match(refused[0], {
      reason: {
        code,
        details:
          'rejecting request due to JWT signing request rate limiting: rate: Wait(n=1) would exceed context deadline',
      },
    });
    const agents = server.tls('agent', other.agent.identity);
    const renewals = Array.from(
      { length: 8 },
      () =>
        new Promise<ServiceError | null>((resolve) => {
          agents.RenewAgent({}, soon(), (error) => resolve(error));
        }),
    );
    const texts = (await Promise.all(renewals)).map((error) => error?.details);
    t.ok(
      texts.includes(
        'rejecting request due to renew agent rate limiting: rate: Wait(n=1) would exceed context deadline',
      ),
    );
    t.ok(texts.includes('params cannot be nil'), 'those within the limit are judged as ever');
  });
});

t.test('the status of an agent is taken ten times a second, whatever is configured', async (t) => {
  const settings = { 'rate_limit.attestation': 'off', 'rate_limit.signing': 'off' };
  const server = await startTestServer(t, { settings });
  const client = server.tls('agent', (await newAgent(server)).identity);
  const post = (): Promise<ServiceError | null> =>
    new Promise((resolve) => {
      client.PostStatus({ agent_version: '1' }, { deadline: Date.now() + 1000 }, (error) =>
        resolve(error),
      );
    });
  const refused = (await Promise.all(Array.from({ length: 40 }, post))).filter(Boolean);
  t.ok(refused.length > 10);
  t.ok(
    refused.some(
      (error) =>
        error?.details ===
        'rejecting request due to post status rate limiting: rate: Wait(n=1) would exceed context deadline',
    ),
  );
});

function slowServer(t: Test, clock: Clock = systemClock): Promise<TestServer> {
  const settings = { ca_key_type: 'rsa-4096', jwt_key_type: 'ec-p256' };
  return startTestServer(t, { clock, settings });
}

t.test('T-11: while one agent floods, another is served', async (t) => {
  const server = await slowServer(t);
  const [flooding, other] = [await newSigning(server), await newSigning(server)];
  let outstanding = 12;
  const flood = Array.from({ length: 12 }, async () => {
    const answer = await flooding.batch(50);
    outstanding--;
    return isSigned(answer);
  });
  for (let i = 0; i < 10; i++) t.ok(isSigned(await other.batch(1)));
  t.ok(outstanding >= 6, `${outstanding} of 12 batches still wait`);
  t.strictSame([...new Set(await Promise.all(flood))], [true], 'and the flood is served too');
});

t.test('who waits for a signature until its deadline is told so', async (t) => {
  const clock = new FakeClock(new Date());
  const server = await slowServer(t, clock);
  const { client, agent } = await newSigning(server);
  const entry_id = await entryBelow(server, agent);
  const csr = Buffer.from(await createCsr({ signer: agent.key.signer }));
  const params = Array.from({ length: 500 }, () => ({ entry_id, csr }));
  const signed = new Promise<{ code: number; message: string }[]>((resolve, reject) => {
    const deadline = Date.now() + 60_000;
    client.BatchNewX509SVID({ params }, { deadline }, (error, response) => {
      if (error === null) resolve(response!.results.map((result) => result.status!));
      else reject(error);
    });
  });
  // Keys of that kind took their time, in which this clock stood still.
  const isWaitedFor = (ms: number): boolean => ms > 30_000 && ms < 240_000;
  while (!clock.waits.some(isWaitedFor)) await clock.waiting(clock.waits.length + 1);
  clock.advance(clock.waits.find(isWaitedFor)!);
  const statuses = await signed;
  const exhausted: number = code;
  t.match(
    statuses.find((each) => each.code === exhausted),
    {
      message:
        'rejecting request due to certificate signing rate limiting: rate: Wait(n=1) would exceed context deadline',
    },
  );
});
