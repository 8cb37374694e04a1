import { status } from '@grpc/grpc-js';
import type { ServiceError } from '@grpc/grpc-js';
import { generateKeyPair } from '@vouchsafe/pki/keys/key-pair';
import { createCsr } from '@vouchsafe/pki/x509/csr';
import { STATUS_DETAILS_KEY, decodeStatusDetails } from '@vouchsafe/proto/status-details';
import t from 'tap';
import {
  attest,
  call,
  identityOf,
  newAgent,
  newToken,
  startTestServer,
} from '../../support/test-server.ts';
import type { Attested } from '../../support/test-server.ts';

const server = await startTestServer(t);
const local = server.local('agent');
const idOf = (path: string) => ({ trust_domain: 'example.org', path });

async function renew(agent: Attested): Promise<Attested> {
  const client = server.tls('agent', agent.identity);
  const key = await generateKeyPair('ec-p256');
  const csr = Buffer.from(await createCsr({ signer: key.signer }));
  const { svid } = await call(client, client.RenewAgent, { params: { csr } });
  return { path: agent.path, key, ...identityOf(svid!.cert_chain, key) };
}

/** Any method that is open to agents alone. */
function ping({ identity }: Attested): Promise<unknown> {
  const client = server.tls('agent', identity);
  return call(client, client.PostStatus, { agent_version: '1.2.3' });
}

async function reasonOf(refused: Promise<unknown>): Promise<string | undefined> {
  const error = await refused.then(
    () => undefined,
    (caught: unknown) => caught as ServiceError,
  );
  const [bytes] = error?.metadata.get(STATUS_DETAILS_KEY) ?? [];
  return bytes === undefined ? undefined : decodeStatusDetails(bytes as Buffer)?.reason;
}

t.test('AGENT-RENEW-01 a renewed SVID replaces the old when first used', async (t) => {
  const agent = await newAgent(server);
  const renewed = await renew(agent);
  await t.resolves(ping(agent), 'the old one is still good: the answer might have been lost');
  await t.resolves(ping(renewed));
  t.equal(await reasonOf(ping(agent)), 'AGENT_NOT_ACTIVE');
  await t.resolves(ping(renewed));
  t.ok(server.log.some(({ msg }) => msg === 'Agent uses its renewed SVID'));
});

t.test('of two renewals the later counts', async (t) => {
  const agent = await newAgent(server);
  const lost = await renew(agent);
  const renewed = await renew(agent);
  t.equal(await reasonOf(ping(lost)), 'AGENT_NOT_ACTIVE');
  await t.resolves(ping(renewed));
});

t.test('AGENT-RENEW-02 renewal asks for a proven key', async (t) => {
  const agent = await newAgent(server);
  const client = server.tls('agent', agent.identity);
  const renewWith = (params: { csr: Buffer } | null): Promise<unknown> =>
    call(client, client.RenewAgent, { params });
  await t.rejects(renewWith(null), {
    code: status.INVALID_ARGUMENT,
    details: 'params cannot be nil',
  });
  await t.rejects(renewWith({ csr: Buffer.alloc(0) }), {
    code: status.INVALID_ARGUMENT,
    details: 'missing CSR',
  });
  await t.rejects(renewWith({ csr: Buffer.from('x') }), {
    code: status.INVALID_ARGUMENT,
    details: /^failed to parse CSR/,
  });
});

t.test('AGENT-BAN-01 a ban ends the next call on an open connection', async (t) => {
  const agent = await newAgent(server);
  const client = server.tls('agent', agent.identity);
  await call(client, client.PostStatus, { agent_version: '1' });
  await call(local, local.BanAgent, { id: idOf(agent.path) });
  const refused = call(client, client.PostStatus, { agent_version: '1' });
  t.equal(await reasonOf(refused), 'AGENT_BANNED');
  await t.rejects(refused, {
    code: status.PERMISSION_DENIED,
    details: 'authorization denied for method /spire.api.server.agent.v1.Agent/PostStatus',
  });
  t.match(await call(local, local.GetAgent, { id: idOf(agent.path) }), {
    banned: true,
    x509svid_serial_number: '',
  });
});

t.test('AGENT-DELETE-01 an evicted agent is not attested any more', async (t) => {
  const agent = await newAgent(server);
  await call(local, local.DeleteAgent, { id: idOf(agent.path) });
  t.equal(await reasonOf(ping(agent)), 'AGENT_NOT_ATTESTED');
  await t.rejects(call(local, local.DeleteAgent, { id: idOf(agent.path) }), {
    code: status.NOT_FOUND,
    details: 'agent not found',
  });
});

t.test('AGENT-STATUS-01 status', async (t) => {
  const agent = await newAgent(server);
  const client = server.tls('agent', agent.identity);
  await call(client, client.PostStatus, { agent_version: '9.9' });
  t.match(await call(local, local.GetAgent, { id: idOf(agent.path) }), { agent_version: '9.9' });
  for (const agent_version of ['x'.repeat(256), 'é'.repeat(128)]) {
    await t.rejects(call(client, client.PostStatus, { agent_version }), {
      code: status.INVALID_ARGUMENT,
      details: 'agent version is too long (max 255 characters)',
    });
  }
  t.strictSame(await call(client, client.PostStatus, { agent_version: '' }), {}, 'keeps the last');
});

t.test('AGENT-LIST-01..04 AGENT-LIST-06 agents are listed', async (t) => {
  const agent = await newAgent(server);
  const shown = await call(local, local.GetAgent, { id: idOf(agent.path) });
  t.match(shown, {
    id: idOf(agent.path),
    attestation_type: 'join_token',
    x509svid_serial_number: String(agent.serialNumber),
    banned: false,
    can_reattest: false,
    selectors: [],
  });
  const { count } = await call(local, local.CountAgents, {});
  const all = await call(local, local.ListAgents, {});
  t.equal(all.agents.length, count);
  t.equal(all.next_page_token, '');
  const first = await call(local, local.ListAgents, { page_size: 1 });
  const second = await call(local, local.ListAgents, {
    page_size: 1,
    page_token: first.next_page_token,
  });
  t.strictSame([first.agents[0], second.agents[0]], all.agents.slice(0, 2));
  const masked = await call(local, local.ListAgents, {
    output_mask: { banned: true },
    page_size: 1,
  });
  t.match(masked.agents[0], { id: all.agents[0]!.id, banned: false, attestation_type: '' });

  const listed = async (filter: object): Promise<number> =>
    (await call(local, local.ListAgents, { filter })).agents.length;
  t.equal(await listed({ by_attestation_type: 'x509pop' }), 0);
  t.equal(await listed({ by_attestation_type: 'join_token' }), count);
  t.equal(
    (await listed({ by_banned: { value: true } })) +
      (await listed({ by_banned: { value: false } })),
    count,
  );
  t.equal(await listed({ by_can_reattest: { value: true } }), 0);
  t.equal(await listed({ by_expires_before: '2000-01-01 00:00:00 +0000 +00' }), 0);
  t.ok((await listed({ by_expires_before: '2100-01-01 00:00:00 +0100 +01' })) > 0);
  t.equal(await listed({ by_expires_before: 'tomorrow' }), count, 'not a time: ignored');
  const selectors = [{ type: 'a', value: 'b' }];
  t.equal(await listed({ by_selector_match: { selectors, match: 'MATCH_ANY' } }), 0);
  await t.rejects(listed({ by_selector_match: { selectors: [] } }), {
    code: status.INVALID_ARGUMENT,
  });
  await t.rejects(listed({ by_selector_match: { selectors: [{ type: '', value: 'b' }] } }), {
    code: status.INVALID_ARGUMENT,
  });
});

t.test('AGENT-NAME-01 IDs that are no agent IDs of this trust domain', async (t) => {
  const ids = [
    null,
    idOf(''),
    idOf('/spire/server'),
    idOf('/spire/agent'),
    idOf('/workload'),
    { trust_domain: 'other.org', path: '/spire/agent/join_token/x' },
    { trust_domain: 'Example.org', path: '/spire/agent/x' },
    idOf('/spire/agent/../server'),
    idOf('spire/agent/x'),
  ];
  for (const id of ids) {
    for (const method of [local.GetAgent, local.DeleteAgent, local.BanAgent] as const) {
      await t.rejects(
        call(local, method as typeof local.GetAgent, { id }),
        { code: status.INVALID_ARGUMENT, details: /^invalid agent ID: / },
        JSON.stringify(id),
      );
    }
  }
});

t.test('AGENT-TOKEN-01..02 join tokens', async (t) => {
  const create = (request: object): Promise<{ value: string; expires_at: string }> =>
    call(local, local.CreateJoinToken, request);
  await t.rejects(create({}), {
    code: status.INVALID_ARGUMENT,
    details: 'ttl is required, you must provide one',
  });
  await t.rejects(create({ ttl: -1 }), { code: status.INVALID_ARGUMENT });
  for (const token of ['a/b', 'a b', '..', 'ä', 'x'.repeat(256)]) {
    await t.rejects(
      create({ ttl: 1, token }),
      { code: status.INVALID_ARGUMENT },
      token.slice(0, 9),
    );
  }
  for (const path of ['', '/spire/agent/x', '/spire']) {
    await t.rejects(create({ ttl: 1, agent_id: idOf(path) }), {
      code: status.INVALID_ARGUMENT,
      details: /^invalid agent ID: /,
    });
  }
  t.match(await create({ ttl: 60, token: 'chosen' }), { value: 'chosen' });
  await t.rejects(create({ ttl: 60, token: 'chosen' }), { code: status.ALREADY_EXISTS });
  const { value } = await create({ ttl: 60 });
  t.match(value, /^[0-9a-f-]{36}$/);
});

t.test('AGENT-TOKEN-03 an alias gives an agent what is under it', async (t) => {
  const entries = server.local('entry');
  await call(entries, entries.BatchCreateEntry, {
    entries: [
      {
        parent_id: idOf('/rack-7'),
        spiffe_id: idOf('/on-rack-7'),
        selectors: [{ type: 'unix', value: 'uid:7' }],
      },
    ],
  });
  const agent = await attest(server.tls('agent'), await newToken(server, { alias: '/rack-7' }));
  const client = server.tls('entry', agent.identity);
  const authorized = await call(client, client.GetAuthorizedEntries, {});
  t.strictSame(authorized.entries.map(({ spiffe_id }) => spiffe_id!.path).sort(), [
    '/on-rack-7',
    '/rack-7',
  ]);
});
