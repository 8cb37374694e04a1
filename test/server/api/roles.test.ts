import { Metadata, status } from '@grpc/grpc-js';
import type { Client, ServiceError } from '@grpc/grpc-js';
import { generateKeyPair } from '@vouchsafe/pki/keys/key-pair';
import { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import { createCsr } from '@vouchsafe/pki/x509/csr';
import type { Entry } from '@vouchsafe/proto/gen/spire/api/types/Entry';
import { serviceDefinition } from '@vouchsafe/proto/services';
import t from 'tap';
import { ACCESS } from '../../../server/api/access.ts';
import type { ServedService } from '../../../server/api/access.ts';
import { call, identityOf, newToken, startTestServer } from '../../support/test-server.ts';
import type { TestServer } from '../../support/test-server.ts';

const trust_domain = 'example.org';
const idOf = (path: string): string => `spiffe://${trust_domain}${path}`;
const NODE = { trust_domain, path: '/node' };

const ROLES = {
  registrar: '/ci/web',
  operator: '/ops/night',
  auditor: '/audit',
  admin: '/boss',
} as const;
const settings = {
  roles: [
    {
      role: 'registrar',
      spiffe_ids: [idOf(ROLES.registrar)],
      paths: ['/web', '/ci', '/downstream', '/top'],
      parents: [idOf('/node')],
    },
    { role: 'operator', spiffe_ids: [idOf(ROLES.operator)] },
    { role: 'auditor', spiffe_ids: [idOf(ROLES.auditor)] },
    { role: 'admin', spiffe_ids: [idOf(ROLES.admin)] },
  ],
  // Root has no need of a role, and this test may be root.
};
const server = await startTestServer(t, { settings });

/** An X509-SVID by an administrator's word. */
async function identity(path: string) {
  const key = await generateKeyPair('ec-p256');
  const csr = Buffer.from(
    await createCsr({ signer: key.signer, spiffeId: SpiffeId.parse(idOf(path)) }),
  );
  const client = server.local('svid');
  const { svid } = await call(client, client.MintX509SVID, { csr });
  return identityOf(svid!.cert_chain, key).identity;
}
const as = {
  registrar: await identity(ROLES.registrar),
  operator: await identity(ROLES.operator),
  auditor: await identity(ROLES.auditor),
  admin: await identity(ROLES.admin),
};

/** What each role may call, beside what anybody may. */
const ALLOWED: Readonly<Record<Exclude<keyof typeof as, 'admin'>, readonly string[]>> = {
  registrar: [
    ...['CountEntries', 'ListEntries', 'GetEntry'],
    ...['BatchCreateEntry', 'BatchUpdateEntry', 'BatchDeleteEntry'],
    ...['GetFederatedBundle', 'CountBundles', 'ListFederatedBundles'],
    ...['ExplainIdentity', 'AwaitServed', 'ApplyEntries'],
  ],
  operator: [
    ...['CountAgents', 'ListAgents', 'GetAgent', 'DeleteAgent', 'BanAgent', 'CreateJoinToken'],
    'ExplainIdentity',
  ],
  auditor: [
    ...['CountEntries', 'ListEntries', 'GetEntry', 'CountAgents', 'ListAgents', 'GetAgent'],
    ...['GetFederatedBundle', 'CountBundles', 'ListFederatedBundles'],
    ...['ListFederationRelationships', 'GetFederationRelationship'],
    ...['GetJWTAuthorityState', 'GetX509AuthorityState', 'ExplainIdentity', 'Watch'],
  ],
};
const ANYBODY = ['GetBundle', 'AttestAgent'];
const ON_TCP: readonly ServedService[] = [
  ...(['agent', 'bundle', 'entry', 'svid', 'localAuthority', 'trustDomain'] as const),
  ...(['updates', 'serverEntry', 'serverExplain'] as const),
];

const DENIED: number = status.PERMISSION_DENIED;

/** How a call with an empty request ends. */
function outcome(client: Client, path: string): Promise<{ code: number; details: string }> {
  const definition = ON_TCP.flatMap((name) => Object.values(serviceDefinition(name))).find(
    (one) => one.path === path,
  )!;
  const codec = [path, definition.requestSerialize, definition.responseDeserialize] as const;
  return new Promise((resolve) => {
    const done = (error: ServiceError | null): void =>
      resolve({ code: error?.code ?? status.OK, details: error?.details ?? '' });
    if (!definition.responseStream) {
      client.makeUnaryRequest(...codec, {}, new Metadata(), (error) => done(error));
      return;
    }
    const bidi = definition.requestStream ? client.makeBidiStreamRequest(...codec) : undefined;
    bidi?.end();
    const stream = bidi ?? client.makeServerStreamRequest(...codec, {});
    stream.on('error', done);
    stream.on('data', () => {
      done(null);
      stream.cancel();
    });
    stream.on('end', () => done(null));
  });
}

t.test('B9 each method is open to the roles that it takes, and to no other', async (t) => {
  const onTcp = new Set(
    ON_TCP.flatMap((name) => Object.values(serviceDefinition(name))).map(({ path }) => path),
  );
  for (const [role, allowed] of Object.entries(ALLOWED)) {
    const client: Client = server.tls('agent', as[role as keyof typeof ALLOWED]);
    for (const path of Object.keys(ACCESS).filter((one) => onTcp.has(one))) {
      const method = path.split('/').at(-1)!;
      const { code, details } = await outcome(client, path);
      const isOpen = allowed.includes(method) || ANYBODY.includes(method);
      t.equal(code === DENIED, !isOpen, `${role} ${method}: ${details}`);
    }
  }
});

t.test('refusals say which role would do, and are audited', async (t) => {
  const client = server.tls('entry', as.auditor);
  const method = '/spire.api.server.entry.v1.Entry/BatchDeleteEntry';
  await t.rejects(call(client, client.BatchDeleteEntry, { ids: ['x'] }), {
    code: status.PERMISSION_DENIED,
    details: `authorization denied for method ${method}: it takes the role admin, or registrar`,
  });
  t.match(server.log.at(-1), {
    ...{ type: 'audit', method, status: 'PERMISSION_DENIED', caller: idOf(ROLES.auditor) },
  });
  const agents = server.tls('agent', as.registrar);
  await t.rejects(call(agents, agents.BanAgent, {}), {
    code: status.PERMISSION_DENIED,
    details: /role admin, or operator$/,
  });
  const svids = server.tls('svid', as.operator);
  await t.rejects(call(svids, svids.MintX509SVID, {}), {
    code: status.PERMISSION_DENIED,
    details: /it takes the role admin$/,
  });
});

t.test('the role of an admin is all of it', async (t) => {
  const client = server.tls('entry', as.admin);
  const entry = entryOf('/anything', { admin: true });
  const { results } = await call(client, client.BatchCreateEntry, { entries: [entry] });
  t.equal(results[0]!.status!.code, status.OK);
});

const entryOf = (path: string, more: Entry = {}): Entry => ({
  spiffe_id: { trust_domain, path },
  parent_id: NODE,
  selectors: [{ type: 'unix', value: 'uid:1000' }],
  ...more,
});

async function create(who: TestServer | 'registrar', ...entries: readonly Entry[]) {
  const client = who === 'registrar' ? server.tls('entry', as.registrar) : who.local('entry');
  const { results } = await call(client, client.BatchCreateEntry, { entries: [...entries] });
  return results;
}
const codes = (results: readonly { status: { code: number } | null }[]) =>
  results.map(({ status: each }) => each!.code);

t.test('B9 a registrar registers within its paths, each item by itself', async (t) => {
  const results = await create(
    'registrar',
    entryOf('/web/a'),
    entryOf('/pay/a'),
    entryOf('/web/b'),
  );
  t.strictSame(codes(results), [status.OK, status.PERMISSION_DENIED, status.OK]);
  t.match(results[1], {
    status: { message: /^failed to create entry: the registrar role covers the paths .*\/pay\/a$/ },
    entry: null,
  });
  t.match(
    server.log.filter(({ method }) => String(method).endsWith('BatchCreateEntry')).slice(-3),
    [
      { roles: ['registrar'], spiffe_id: idOf('/web/a'), entry_id: results[0]!.entry!.id },
      { roles: ['registrar'], spiffe_id: idOf('/pay/a'), error: { message: /covers the paths/ } },
      { roles: ['registrar'], spiffe_id: idOf('/web/b') },
    ],
  );
});

t.test('B9 rights do not grow: what a registrar may not register within its paths', async (t) => {
  await create(server, entryOf('/top/a', { admin: true, parent_id: { trust_domain, path: '/p' } }));
  await create(server, entryOf('/downstream/a', { downstream: true }));
  for (const [entry, problem] of [
    [entryOf('/web/x', { admin: true }), /makes nobody an admin/],
    [entryOf('/web/x', { downstream: true }), /makes nobody a downstream server/],
    [entryOf('/web/x', { parent_id: { trust_domain, path: '/other' } }), /covers the parents/],
    [entryOf('/web/x', { dns_names: ['db.internal'] }), /covers no DNS names/],
    [entryOf(ROLES.registrar), /nobody registers the identity that they have/],
    [entryOf('/top/a'), /is an admin by another entry/],
    [entryOf('/downstream/a'), /is a downstream server by another entry/],
  ] as const) {
    const [result] = await create('registrar', entry);
    t.match(result, { status: { code: status.PERMISSION_DENIED, message: problem }, entry: null });
  }
});

t.test('B9 nor may it touch the entry that makes it registrar, or those of others', async (t) => {
  const [own] = await create(server, entryOf(ROLES.registrar));
  const [others] = await create(server, entryOf('/pay/b'));
  const [mine] = await create('registrar', entryOf('/web/mine'));
  const ids = [own, others, mine].map((result) => result!.entry!.id);
  const client = server.tls('entry', as.registrar);
  const update = async (id: string, changes: Entry, input_mask: object) => {
    const entries = [{ id, ...changes }];
    const { results } = await call(client, client.BatchUpdateEntry, { entries, input_mask });
    return results[0]!.status!;
  };
  const path = { spiffe_id: { trust_domain, path: '/web/taken' } };
  for (const [id, problem] of [
    [ids[0]!, /identity that they have/],
    [ids[1]!, /covers the paths/],
  ] as const) {
    t.match(await update(id, { hint: 'x' }, { hint: true }), {
      code: status.PERMISSION_DENIED,
      message: problem,
    });
    t.match(await update(id, path, { spiffe_id: true }), { code: status.PERMISSION_DENIED });
  }
  for (const [changes, mask] of [
    [{ spiffe_id: { trust_domain, path: '/pay/c' } }, { spiffe_id: true }],
    [{ spiffe_id: { trust_domain, path: ROLES.registrar } }, { spiffe_id: true }],
    [{ spiffe_id: { trust_domain, path: ROLES.operator } }, { spiffe_id: true }],
    [{ admin: true }, { admin: true }],
    [{ parent_id: { trust_domain, path: '/other' } }, { parent_id: true }],
  ] as const) {
    t.match(await update(ids[2]!, changes, mask), { code: status.PERMISSION_DENIED });
  }
  t.match(await update(ids[2]!, { hint: 'x' }, { hint: true }), { code: status.OK });
  const { results } = await call(client, client.BatchDeleteEntry, { ids: [...ids, 'absent'] });
  t.strictSame(codes(results), [
    status.PERMISSION_DENIED,
    status.PERMISSION_DENIED,
    status.OK,
    status.NOT_FOUND,
  ]);
  const admin = server.local('entry');
  const { entries } = await call(admin, admin.ListEntries, {});
  const kept = entries.filter(({ id }) => ids.includes(id));
  t.match(kept, [
    { id: ids[0], hint: '' },
    { id: ids[1], hint: '' },
  ]);
  t.equal(kept.length, 2);
});

t.test('B9 an operator gives no node the identity of somebody with a role', async (t) => {
  const client = server.tls('agent', as.operator);
  const token = (path: string) =>
    call(client, client.CreateJoinToken, { ttl: 60, agent_id: { trust_domain, path } });
  for (const path of [ROLES.admin, ROLES.registrar, ROLES.operator, '/top/a', '/downstream/a']) {
    await t.rejects(token(path), {
      code: status.PERMISSION_DENIED,
      details: /^failed to create token: /,
    });
  }
  await t.resolves(token('/node'));
  const agent = await newToken(server);
  t.type(agent, 'string');
});
