import { status } from '@grpc/grpc-js';
import { generateKeyPair } from '@vouchsafe/pki/keys/key-pair';
import { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import { parseCertificate } from '@vouchsafe/pki/x509/certificate';
import { createCsr } from '@vouchsafe/pki/x509/csr';
import { verifyX509Svid } from '@vouchsafe/pki/x509/verify';
import type { Entry } from '@vouchsafe/proto/gen/spire/api/types/Entry';
import t from 'tap';
import { FakeClock } from '../../support/fake-clock.ts';
import { call, newAgent, startTestServer } from '../../support/test-server.ts';

const clock = new FakeClock(new Date());
const server = await startTestServer(t, { clock, settings: { ca_ttl: '24h' } });
const entries = server.local('entry');
const admin = server.local('svid');
const bundles = server.local('bundle');
const agent = await newAgent(server);
const other = await newAgent(server);
const svids = server.tls('svid', agent.identity);
const key = await generateKeyPair('ec-p256');
const idOf = (path: string) => ({ trust_domain: 'example.org', path });
const csrFor = async (path?: string, dnsNames: string[] = []): Promise<Buffer> => {
  const spiffeId = path === undefined ? undefined : SpiffeId.parse(`spiffe://example.org${path}`);
  return Buffer.from(await createCsr({ signer: key.signer, spiffeId, dnsNames }));
};
const csr = await csrFor('/workload');

async function register(path: string, overrides: Partial<Entry> = {}): Promise<string> {
  const selectors = [{ type: 'unix', value: 'uid:1' }];
  const entry = { parent_id: idOf(agent.path), spiffe_id: idOf(path), selectors, ...overrides };
  const { results } = await call(entries, entries.BatchCreateEntry, { entries: [entry] });
  return results[0]!.entry!.id;
}

async function authorities() {
  const bundle = await call(bundles, bundles.GetBundle, {});
  return bundle.x509_authorities.map(({ asn1 }) => parseCertificate(asn1));
}

async function issue(entry_id: string, request = csr) {
  const { results } = await call(svids, svids.BatchNewX509SVID, {
    params: [{ entry_id, csr: request }],
  });
  return results[0]!;
}

async function issued(entry_id: string, request = csr) {
  const { svid } = await issue(entry_id, request);
  return parseCertificate(svid!.cert_chain[0]!);
}

t.test('SVID-NEWX509-01 an X509-SVID is what the entry says, proven by the bundle', async (t) => {
  const id = await register('/web', {
    dns_names: ['web.example', 'www.example'],
    x509_svid_ttl: 90,
  });
  const result = await issue(id);
  t.match(result.status, { code: status.OK });
  t.match(result.svid, { id: idOf('/web') });
  t.equal(result.svid!.cert_chain.length, 1, 'without the self-signed root');
  const leaf = parseCertificate(result.svid!.cert_chain[0]!);
  const now = clock.now();
  const roots = await authorities();
  const proven = verifyX509Svid({ chain: [leaf], authorities: () => roots, now });
  t.equal(proven.toString(), 'spiffe://example.org/web');
  t.strictSame(leaf.dnsNames, ['web.example', 'www.example']);
  t.strictSame(leaf.publicKeyInfo, key.publicKeyInfo);
  t.equal(String(leaf.notAfter.getTime() / 1000), result.svid!.expires_at);
  const second = Math.floor(now.getTime() / 1000);
  t.equal(leaf.notAfter.getTime() / 1000, second + 90);
  t.equal(leaf.notBefore.getTime() / 1000, second - 10);
});

t.test('SVID-NEWX509-01 what the CSR asks for is never certified (T-18)', async (t) => {
  const id = await register('/modest');
  const leaf = await issued(id, await csrFor('/spire/server', ['admin.example']));
  t.strictSame(leaf.uriNames, ['spiffe://example.org/modest']);
  t.strictSame(leaf.dnsNames, []);
});

t.test('ID-14 ID-15 a SPIFFE ID of 2048 bytes is issued whole, and no longer one', async (t) => {
  const path = `/${'a'.repeat(2048 - 'spiffe://example.org/'.length)}`;
  const id = await register(path);
  t.strictSame((await issued(id)).uriNames, [`spiffe://example.org${path}`]);
  const { svid } = await call(svids, svids.NewJWTSVID, { entry_id: id, audience: ['a'] });
  t.match(svid, { id: idOf(path) });
  const selectors = [{ type: 'unix', value: 'uid:1' }];
  const longer = { parent_id: idOf(agent.path), spiffe_id: idOf(`${path}a`), selectors };
  const { results } = await call(entries, entries.BatchCreateEntry, { entries: [longer] });
  t.match(results[0]!.status, { code: status.INVALID_ARGUMENT });
});

t.test('JWT-23 no SVID outlives the authority that signs it', async (t) => {
  const id = await register('/long', { x509_svid_ttl: 365 * 86_400, jwt_svid_ttl: 365 * 86_400 });
  const [root] = await authorities();
  t.strictSame((await issued(id)).notAfter, root!.notAfter);
  const { svid } = await call(svids, svids.NewJWTSVID, { entry_id: id, audience: ['a'] });
  t.equal(Number(svid!.expires_at) * 1000, root!.notAfter.getTime());
});

t.test('SVID-NEWX509-02 each item of a batch has its own answer, in order', async (t) => {
  const id = await register('/batch');
  const foreign = await register('/foreign', { parent_id: idOf(other.path) });
  const expired = await register('/expired', {
    expires_at: String(Math.floor(clock.now().getTime() / 1000) - 1),
  });
  const broken = Buffer.from(csr);
  broken[broken.length - 1]! ^= 1;
  const { results } = await call(svids, svids.BatchNewX509SVID, {
    params: [
      { entry_id: id, csr },
      { entry_id: '', csr },
      { entry_id: id },
      { entry_id: 'no-such-entry', csr },
      { entry_id: foreign, csr },
      { entry_id: expired, csr },
      { entry_id: id, csr: Buffer.from('x') },
      { entry_id: id, csr: Buffer.concat([csr, Buffer.alloc(8192)]) },
    ],
  });
  const missing = { code: status.NOT_FOUND, message: 'entry not found or not authorized' };
  t.match(
    results.map((result) => result.status),
    [
      { code: status.OK, message: 'OK' },
      { code: status.INVALID_ARGUMENT, message: 'missing entry ID' },
      { code: status.INVALID_ARGUMENT, message: 'missing CSR' },
      missing,
      missing,
      missing,
      { code: status.INVALID_ARGUMENT, message: /^malformed CSR: / },
      { code: status.INVALID_ARGUMENT, message: 'malformed CSR: CSR is larger than 8 KiB' },
    ],
  );
  t.strictSame(
    results.map(({ svid }) => svid !== null),
    [true, ...Array<boolean>(7).fill(false)],
  );
  await t.rejects(call(svids, svids.BatchNewX509SVID, {}), {
    code: status.INVALID_ARGUMENT,
    details: 'missing parameters',
  });
});

t.test('a batch of 500', async (t) => {
  const id = await register('/many');
  const params = Array.from({ length: 500 }, () => ({ entry_id: id, csr }));
  const { results } = await call(svids, svids.BatchNewX509SVID, { params });
  const serials = new Set(
    results.map(({ svid }) => parseCertificate(svid!.cert_chain[0]!).serialNumber),
  );
  t.equal(serials.size, 500);
});

t.test('SVID-NEWJWT-01..02 JWT-SVIDs', async (t) => {
  const id = await register('/api', { jwt_svid_ttl: 60 });
  const { svid } = await call(svids, svids.NewJWTSVID, {
    entry_id: id,
    audience: ['db', '', 'log'],
  });
  const [header, payload] = svid!.token
    .split('.')
    .slice(0, 2)
    .map(
      (part) => JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>,
    );
  const { jwt_authorities } = await call(bundles, bundles.GetBundle, {});
  t.strictSame(header, { alg: 'ES256', kid: jwt_authorities[0]!.key_id, typ: 'JWT' });
  const iat = Math.floor(clock.now().getTime() / 1000);
  t.strictSame(payload, {
    sub: 'spiffe://example.org/api',
    aud: ['db', 'log'],
    exp: iat + 60,
    iat,
  });
  t.match(svid, { id: idOf('/api'), issued_at: String(iat), expires_at: String(iat + 60) });

  const withId = await register('/once', { additional_attributes: { jwt_svid_include_jti: true } });
  const claims = async (): Promise<unknown> => {
    const { svid: one } = await call(svids, svids.NewJWTSVID, {
      entry_id: withId,
      audience: ['a'],
    });
    return (
      JSON.parse(Buffer.from(one!.token.split('.')[1]!, 'base64url').toString()) as { jti: string }
    ).jti;
  };
  t.not(await claims(), await claims());

  const refuse = (request: object) => call(svids, svids.NewJWTSVID, request);
  const code = status.INVALID_ARGUMENT;
  await t.rejects(refuse({ audience: ['a'] }), { code, details: 'missing entry ID' });
  await t.rejects(refuse({ entry_id: id }), { code, details: 'at least one audience is required' });
  await t.rejects(refuse({ entry_id: id, audience: ['', ''] }), {
    code,
    details: 'at least one audience is required',
  });
  await t.rejects(refuse({ entry_id: id, audience: ['a\nb'] }), {
    code,
    details: /^invalid audience: /,
  });
  await t.rejects(refuse({ entry_id: 'x', audience: ['a'] }), {
    code: status.NOT_FOUND,
    details: 'entry not found or not authorized',
  });
});

t.test('SVID-MINTX509-01..02 SVID-MINTJWT-01..02 an administrator mints', async (t) => {
  const subjectCsr = await csrFor('/minted', ['m.example']);
  const { svid } = await call(admin, admin.MintX509SVID, { csr: subjectCsr, ttl: 60 });
  const leaf = parseCertificate(svid!.cert_chain[0]!);
  t.strictSame(leaf.uriNames, ['spiffe://example.org/minted']);
  t.strictSame(leaf.dnsNames, ['m.example']);
  t.equal(leaf.notAfter.getTime() - leaf.notBefore.getTime(), 70_000);
  const minted = await call(admin, admin.MintJWTSVID, {
    id: idOf('/minted'),
    audience: ['a'],
    ttl: 5,
  });
  t.match(minted.svid, { id: idOf('/minted') });

  const code = status.INVALID_ARGUMENT;
  const x509 = async (request: object) => call(admin, admin.MintX509SVID, request);
  const jwt = async (request: object) => call(admin, admin.MintJWTSVID, request);
  await t.rejects(x509({}), { code, details: 'missing CSR' });
  await t.rejects(x509({ csr: await csrFor() }), { code, details: 'CSR URI SAN is required' });
  await t.rejects(x509({ csr: await csrFor('') }), {
    code,
    details: /^CSR URI SAN is invalid: .*path is empty/,
  });
  await t.rejects(x509({ csr: await csrFor('/spire/agent/x') }), {
    code,
    details: /reserved namespace/,
  });
  const spiffeId = SpiffeId.parse('spiffe://other.org/x');
  const foreign = Buffer.from(await createCsr({ signer: key.signer, spiffeId }));
  await t.rejects(x509({ csr: foreign }), { code, details: /^CSR URI SAN is invalid: / }, 'SV-07');
  await t.rejects(x509({ csr: await csrFor('/x', ['*.a.b', 'c.a.b']) }), {
    code,
    details: /wildcard/,
  });
  await t.rejects(x509({ csr: await csrFor('/x', ['a b']) }), {
    code,
    details: /^CSR DNS name is invalid: /,
  });
  await t.rejects(x509({ csr, ttl: -1 }), { code, details: 'TTL cannot be negative' });
  await t.rejects(jwt({ audience: ['a'] }), { code, details: /^invalid SPIFFE ID: / });
  await t.rejects(jwt({ id: idOf('/x') }), { code, details: 'at least one audience is required' });
  await t.rejects(jwt({ id: idOf('/spire/server'), audience: ['a'] }), { code });
});

t.test('every X509-SVID that was issued is in the audit, with its serial number', async (t) => {
  const id = await register('/audited');
  const { serialNumber } = await issued(id);
  const line = server.log.find(({ serial_number }) => serial_number === String(serialNumber));
  t.match(line, {
    type: 'audit',
    status: 'OK',
    entry_id: id,
    spiffe_id: 'spiffe://example.org/audited',
    caller: `spiffe://example.org${agent.path}`,
  });
  const perItem = server.log.filter(
    ({ type, spiffe_id }) => type === 'audit' && spiffe_id === 'spiffe://example.org/many',
  );
  t.equal(perItem.length, 501, 'one for each, beside the entry itself');
});

t.test('no log line holds a token or a key (T-27)', async (t) => {
  const text = JSON.stringify(server.log);
  t.notMatch(text, /eyJ[\w-]+\.[\w-]+\.[\w-]+/);
  t.notMatch(text, /PRIVATE KEY/);
});
