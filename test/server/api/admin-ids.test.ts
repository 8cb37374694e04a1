import { status } from '@grpc/grpc-js';
import { generateKeyPair } from '@vouchsafe/pki/keys/key-pair';
import { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import { createCsr } from '@vouchsafe/pki/x509/csr';
import t from 'tap';
import { systemClock } from '../../../runtime/clock.ts';
import { FakeCa } from '../../support/fake-ca.ts';
import { call, identityOf as chainIdentity, startTestServer } from '../../support/test-server.ts';
import type { ClientIdentity, TestServer } from '../../support/test-server.ts';
import { shownBy } from '../../support/tls-peers.ts';

const ADMIN = 'spiffe://foreign.org/ops';
const foreign = await FakeCa.create('foreign.org', systemClock);

async function identityOf(ca: FakeCa, spiffeId: string): Promise<ClientIdentity> {
  const { cert, key } = await shownBy(ca, spiffeId);
  return { certificate: cert, key };
}

async function storeBundle(server: TestServer): Promise<void> {
  const client = server.local('bundle');
  const x509_authorities = foreign.certificates.map(({ raw }) => ({ asn1: Buffer.from(raw) }));
  const bundle = [{ trust_domain: 'foreign.org', x509_authorities }];
  const { results } = await call(client, client.BatchSetFederatedBundle, { bundle });
  t.equal(results[0]!.status!.code, 0);
}

function count(server: TestServer, identity: ClientIdentity): Promise<{ count: number }> {
  const client = server.tls('agent', identity);
  return call(client, client.CountAgents, {});
}

t.test('an administrator of another trust domain, whose bundle is known', async (t) => {
  const server = await startTestServer(t, { settings: { admin_ids: [ADMIN] } });
  const admin = await identityOf(foreign, ADMIN);
  await t.rejects(count(server, admin), { code: status.UNAVAILABLE }, 'not before it is');
  await storeBundle(server);
  t.match(await count(server, admin), { count: 0 });
  const audited = server.tls('agent', admin);
  await call(audited, audited.CreateJoinToken, { ttl: 60 });
  t.match(
    server.log.find(
      ({ type, method }) => type === 'audit' && String(method).endsWith('/CreateJoinToken'),
    ),
    { caller: ADMIN, status: 'OK' },
  );

  await t.test('gets nothing that is for agents or this host', async (t) => {
    const entries = server.tls('entry', admin);
    await t.rejects(call(entries, entries.GetAuthorizedEntries, {}), {
      code: status.PERMISSION_DENIED,
    });
    const health = server.tls('health', admin);
    await t.rejects(call(health, health.Check, {}), { code: status.UNIMPLEMENTED });
  });

  await t.test('others of its trust domain are not let in', async (t) => {
    for (const id of ['spiffe://foreign.org/ops/more', 'spiffe://foreign.org/other']) {
      const other = await identityOf(foreign, id);
      await t.rejects(count(server, other), { code: status.UNAVAILABLE }, id);
    }
  });

  await t.test('nor one who says so with an authority of its own', async (t) => {
    const impostor = await FakeCa.create('foreign.org', systemClock);
    await t.rejects(count(server, await identityOf(impostor, ADMIN)), {
      code: status.UNAVAILABLE,
    });
  });
});

t.test('without admin_ids another trust domain gets nothing', async (t) => {
  const server = await startTestServer(t);
  await storeBundle(server);
  await t.rejects(count(server, await identityOf(foreign, ADMIN)), { code: status.UNAVAILABLE });
});

t.test('an administrator of this trust domain needs no entry', async (t) => {
  const id = { trust_domain: 'example.org', path: '/ops' };
  const server = await startTestServer(t, {
    settings: { admin_ids: ['spiffe://example.org/ops'] },
  });
  const { identity } = await mint(server, id);
  t.match(await count(server, identity), { count: 0 });
  const { identity: other } = await mint(server, { ...id, path: '/other' });
  await t.rejects(count(server, other), { code: status.PERMISSION_DENIED });
});

async function mint(server: TestServer, id: { trust_domain: string; path: string }) {
  const key = await generateKeyPair('ec-p256');
  const spiffeId = SpiffeId.parse(`spiffe://${id.trust_domain}${id.path}`);
  const csr = Buffer.from(await createCsr({ signer: key.signer, spiffeId }));
  const client = server.local('svid');
  const { svid } = await call(client, client.MintX509SVID, { csr, ttl: 0 });
  return chainIdentity(svid!.cert_chain, key);
}
