import t from 'tap';
import type { Test } from 'tap';
import { TrustDomain } from '@vouchsafe/pki/trust-domain';
import { generateKeyPair } from '@vouchsafe/pki/keys/key-pair';
import { createCsr } from '@vouchsafe/pki/x509/csr';
import { STATUS } from '../../../agent/sync/call-error.ts';
import type { EntryVersion } from '../../../agent/sync/entry-sync.ts';
import { ServerClient } from '../../../agent/sync/server-client.ts';
import { systemClock } from '../../../runtime/clock.ts';
import { unimplemented } from '../../../runtime/rpc/status.ts';
import { FakeCa } from '../../support/fake-ca.ts';
import { FakeServer } from '../../support/fake-server.ts';
import { agentConnection } from '../../support/server-connection.ts';

const clock = systemClock;
const trustDomain = TrustDomain.of('example.org');
const nothingKnown = (): boolean => false;
const ids = (entries: readonly { id: string }[]): string[] => entries.map(({ id }) => id).sort();

async function serve(t: Test) {
  const server = await FakeServer.start(t, { clock });
  return { server, client: new ServerClient(await agentConnection(t, server, clock)) };
}

async function csr(): Promise<Uint8Array> {
  return createCsr({ signer: (await generateKeyPair('ec-p256')).signer });
}

t.test('fetches few entries at once, and tells those that are not known', async (t) => {
  const { server, client } = await serve(t);
  t.strictSame(await client.fetchEntries(nothingKnown), { ids: new Set(), changed: [] });
  for (const id of ['a', 'b', 'c']) server.put({ id });
  const seen: EntryVersion[] = [];
  const { ids: all, changed } = await client.fetchEntries((version) => {
    seen.push(version);
    return version.id === 'b';
  });
  t.strictSame([...all].sort(), ['a', 'b', 'c']);
  t.strictSame(ids(changed), ['a', 'c']);
  t.strictSame(seen[0], { id: 'a', revision: '0', createdAt: 1 });
});

t.test('of many it asks for revisions, and then only for what has changed', async (t) => {
  const { server, client } = await serve(t);
  server.pageSize = 10;
  for (let i = 0; i < 35; i++) server.put({ id: `e${i}` });
  const all = await client.fetchEntries(nothingKnown);
  t.equal(all.ids.size, 35);
  t.equal(all.changed.length, 35);
  t.match(all.changed[0], { selectors: [{ type: 'unix' }] });
  server.put({ id: 'e7' });
  server.entries.delete('e8');
  const next = await client.fetchEntries(({ revision }) => revision === '0');
  t.equal(next.ids.size, 34);
  t.strictSame(ids(next.changed), ['e7']);
  t.equal(server.count('SyncAuthorizedEntries'), 2);
});

t.test('an entry that went between revision and request is left out', async (t) => {
  const { server, client } = await serve(t);
  server.pageSize = 2;
  for (const id of ['a', 'b', 'c']) server.put({ id });
  const { changed } = await client.fetchEntries(({ id }) => {
    if (id === 'a') server.entries.delete('b');
    return false;
  });
  t.strictSame(ids(changed), ['a', 'c']);
});

t.test('F-32: asks a server that does not know how to sync for everything', async (t) => {
  const { server, client } = await serve(t);
  server.before.set('SyncAuthorizedEntries', () => {
    throw unimplemented('unknown method');
  });
  server.put({ id: 'a' });
  t.strictSame(ids((await client.fetchEntries(nothingKnown)).changed), ['a']);
  t.strictSame(ids((await client.fetchEntries(nothingKnown)).changed), ['a']);
  t.equal(server.count('SyncAuthorizedEntries'), 1, 'and remembers it');
  t.equal(server.count('GetAuthorizedEntries'), 2);
});

t.test('fetches bundles, and the same one as the same', async (t) => {
  const { server, client } = await serve(t);
  const bundle = await client.fetchBundle(trustDomain);
  t.equal(await client.fetchBundle(trustDomain, bundle), bundle);
  const other = await FakeCa.create('other.org', clock);
  server.federated.set('other.org', other.bundle());
  const federated = await client.fetchFederatedBundle(other.trustDomain);
  t.ok(federated?.trustDomain.equals(other.trustDomain));
  t.equal(await client.fetchFederatedBundle(TrustDomain.of('unknown.org')), undefined);
  server.federated.set('third.org', other.bundle());
  const third = client.fetchFederatedBundle(TrustDomain.of('third.org'));
  await t.rejects(third, { code: STATUS.INVALID_ARGUMENT }, 'T-14: that of somebody else');
  await t.rejects(client.fetchBundle(TrustDomain.of('unknown.org')));
});

t.test('F-30: has X509-SVIDs signed, each with its own answer', async (t) => {
  const { server, client } = await serve(t);
  server.put({ id: 'a' });
  server.put({ id: 'b' });
  const answers = await client.newX509Svids([
    { entryId: 'a', csr: await csr() },
    { entryId: 'nobody', csr: await csr() },
    { entryId: 'b', csr: await csr() },
  ]);
  t.match(answers, [[{ uriNames: ['spiffe://example.org/a'] }], { code: STATUS.NOT_FOUND }]);
  t.match(answers[2], [{ uriNames: ['spiffe://example.org/b'] }]);
});

t.test('refuses answers that cannot be told apart, or hold nothing', async (t) => {
  const { server, client } = await serve(t);
  server.put({ id: 'a' });
  const request = { entryId: 'a', csr: await csr() };
  server.after.set('BatchNewX509SVID', (answer) =>
    (answer as { results: unknown[] }).results.pop(),
  );
  await t.rejects(client.newX509Svids([request]), { code: STATUS.INVALID_ARGUMENT });
  server.after.set('BatchNewX509SVID', (answer) => {
    const { results } = answer as { results: { svid: unknown }[] };
    results[0]!.svid = null;
  });
  t.match(await client.newX509Svids([request]), [{ code: STATUS.INVALID_ARGUMENT }]);
});

t.test('has JWT-SVIDs issued', async (t) => {
  const { server, client } = await serve(t);
  server.put({ id: 'a' });
  const { token, issuedAt, expiresAt } = await client.newJwtSvid('a', ['x']);
  t.equal(token.split('.').length, 3);
  t.equal(expiresAt.getTime() - issuedAt.getTime(), 300_000);
  await t.rejects(client.newJwtSvid('b', ['x']), { code: STATUS.NOT_FOUND });
});

t.test('asks again, once, when the server dies over a JWT-SVID', async (t) => {
  const { server, client } = await serve(t);
  server.put({ id: 'a' });
  let deaths = 1;
  server.before.set('NewJWTSVID', () => {
    if (deaths-- > 0) server.disconnect();
  });
  const { token } = await client.newJwtSvid('a', ['x']);
  t.equal(token.split('.').length, 3);
  deaths = 2;
  await t.rejects(client.newJwtSvid('a', ['x']), { code: STATUS.UNAVAILABLE });
  t.equal(deaths, 0);
});

for (const [name, svid] of [
  ['nothing', null],
  ['no token', { token: '', issued_at: '1', expires_at: '2' }],
  ['no time of issue', { token: 'x', issued_at: '0', expires_at: '2' }],
  ['an end before its beginning', { token: 'x', issued_at: '3', expires_at: '2' }],
  ['an end beyond all dates', { token: 'x', issued_at: '3', expires_at: '9223372036854775807' }],
] as const) {
  t.test(`refuses a JWT-SVID with ${name}`, async (t) => {
    const { server, client } = await serve(t);
    server.put({ id: 'a' });
    server.after.set('NewJWTSVID', (answer) => Object.assign(answer as object, { svid }));
    await t.rejects(client.newJwtSvid('a', ['x']), { code: STATUS.INVALID_ARGUMENT });
  });
}

t.test('attests, and says what the server said', async (t) => {
  const { server, client } = await serve(t);
  server.tokens.set('token', undefined);
  const request = { type: 'join_token', payload: Buffer.from('token'), csr: await csr() };
  t.match(await client.attestAgent(request), { reattestable: false, chain: [{}] });
  const again = client.attestAgent({ ...request, csr: await csr() });
  await t.rejects(again, { code: STATUS.INVALID_ARGUMENT, message: /already been used/ });
  server.after.set('AttestAgent', (answer) => Object.assign(answer as object, { result: null }));
  await t.rejects(client.attestAgent(request), { code: STATUS.INVALID_ARGUMENT });
});

t.test('renews, and reports its version', async (t) => {
  const { server, client } = await serve(t);
  t.match(await client.renewAgent(await csr()), [{ uriNames: [/join_token/] }]);
  await client.postStatus('1.2.3');
  t.strictSame(server.versions, ['1.2.3']);
});
