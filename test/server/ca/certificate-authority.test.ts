import { status } from '@grpc/grpc-js';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { generateKeyPair } from '@vouchsafe/pki/keys/key-pair';
import { verifyJwtSvid } from '@vouchsafe/pki/jwt/jwt-svid';
import { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import { parseCertificate } from '@vouchsafe/pki/x509/certificate';
import { createCsr, parseCsr } from '@vouchsafe/pki/x509/csr';
import { verifyX509Svid } from '@vouchsafe/pki/x509/verify';
import t from 'tap';
import type { Test } from 'tap';
import { CertificateAuthority } from '../../../server/ca/certificate-authority.ts';
import { SigningLimit } from '../../../server/ca/signing-limit.ts';
import { TRUST_DOMAIN } from '../../support/server-entries.ts';
import { newDisk, openAuthorities } from '../../support/test-authorities.ts';
import type { TestAuthorities } from '../../support/test-authorities.ts';

const HOUR = 3_600_000;
const DAY_SECONDS = 24 * 3600;
const spiffeId = SpiffeId.parse('spiffe://example.org/workload');
const { publicKeyInfo, signer } = await generateKeyPair('ec-p256');

async function open(t: Test): Promise<TestAuthorities> {
  const server = await openAuthorities(t, newDisk(t));
  await server.x509.rotate();
  await server.jwt.rotate();
  return server;
}

const x509 = (ttlSeconds = 3600) => ({ spiffeId, publicKeyInfo, ttlSeconds });
const jwt = (ttlSeconds = 300) => ({ spiffeId, audience: ['a'], ttlSeconds, withId: false });
const seconds = (date: Date): number => date.getTime() / 1000;

t.test('an X509-SVID starts ten seconds before now, in whole seconds', async (t) => {
  const { ca, clock } = await open(t);
  const now = clock.now().getTime();
  clock.advance(900);
  const issued = await ca.issueX509Svid(x509());
  const [leaf, ...others] = issued.chain.map(parseCertificate);
  t.strictSame(others, [], 'without the self-signed root');
  t.strictSame(leaf!.notBefore, new Date(now - 10_000));
  t.strictSame(leaf!.notAfter, new Date(now + HOUR));
  t.match(issued, {
    spiffeId,
    serialNumber: leaf!.serialNumber,
    notBefore: leaf!.notBefore,
    expiresAt: leaf!.notAfter,
  });
});

t.test('no SVID outlives the authority that signed it', async (t) => {
  const { ca, clock, x509: authorities, jwt: jwtAuthorities } = await open(t);
  for (const hours of [0, 1, 23.999]) {
    clock.advance(hours * HOUR);
    const { expiresAt } = await ca.issueX509Svid(x509(10 * DAY_SECONDS));
    t.strictSame(expiresAt, authorities.active!.expiresAt);
    const token = await ca.issueJwtSvid(jwt(10 * DAY_SECONDS));
    t.strictSame(token.expiresAt, jwtAuthorities.active!.expiresAt);
    t.equal(decodeJwt(token.token).exp, seconds(jwtAuthorities.active!.expiresAt));
    clock.advance(-hours * HOUR);
  }
});

t.test('a JWT-SVID says what was asked for, and who signed it', async (t) => {
  const server = await open(t);
  const { clock, jwt: authorities } = server;
  clock.advance(900);
  const request = { spiffeId, audience: ['a', 'b'], ttlSeconds: 60, withId: true };
  const { token, issuedAt, expiresAt } = await server.ca.issueJwtSvid(request);
  const { jti, ...claims } = decodeJwt(token);
  t.strictSame(claims, {
    sub: spiffeId.toString(),
    aud: ['a', 'b'],
    iat: seconds(issuedAt),
    exp: seconds(expiresAt),
  });
  t.equal(seconds(expiresAt) - seconds(issuedAt), 60);
  t.match(jti, /^[\w-]{22}$/);
  t.match(decodeProtectedHeader(token), { kid: authorities.active!.authorityId, alg: 'ES256' });
  const bundle = await server.datastore.bundles.find(TRUST_DOMAIN);
  const checks = { audience: 'b', authorities: () => bundle?.jwtAuthorities, now: clock.now() };
  t.strictSame((await verifyJwtSvid(token, checks)).spiffeId, spiffeId);
});

t.test('the issuer is named when there is one', async (t) => {
  const { x509: certificates, jwt: tokens, clock } = await open(t);
  const limit = new SigningLimit({ max: 1, maxWaiting: 1 });
  const jwtIssuer = 'https://issuer.example';
  const ca = new CertificateAuthority({ x509: certificates, jwt: tokens, limit, jwtIssuer, clock });
  t.match(decodeJwt((await ca.issueJwtSvid(jwt())).token), { iss: jwtIssuer, jti: undefined });
});

t.test('what was signed before a succession is proven after it', async (t) => {
  const server = await open(t);
  const { ca, clock, datastore } = server;
  clock.advance(21 * HOUR);
  const { chain } = await ca.issueX509Svid(x509(10 * DAY_SECONDS));
  const { token } = await ca.issueJwtSvid(jwt(10 * DAY_SECONDS));
  await server.x509.rotate();
  await server.jwt.rotate();
  clock.advance(3 * HOUR - 1000);
  const bundle = await datastore.bundles.find(TRUST_DOMAIN);
  const now = clock.now();
  const [leaf] = chain.map(parseCertificate);
  t.not(leaf!.authorityKeyId, server.x509.active!.authorityId);
  verifyX509Svid({ chain: [leaf!], authorities: () => bundle?.x509Certificates, now });
  await verifyJwtSvid(token, { audience: 'a', authorities: () => bundle?.jwtAuthorities, now });
});

t.test('without an authority nothing is signed', async (t) => {
  const { ca } = await openAuthorities(t, newDisk(t));
  const unavailable = { code: status.UNAVAILABLE, message: 'server is initializing' };
  await t.rejects(ca.issueX509Svid(x509()), unavailable);
  await t.rejects(ca.issueJwtSvid(jwt()), unavailable);
});

t.test('signatures, and the checks of those in CSRs, are limited together', async (t) => {
  const { x509: certificates, jwt: tokens, clock } = await open(t);
  const csr = parseCsr(await createCsr({ signer }));
  const works: readonly ((ca: CertificateAuthority) => Promise<unknown>)[] = [
    (ca) => ca.issueX509Svid(x509()),
    (ca) => ca.issueJwtSvid(jwt()),
    (ca) => ca.proveKey(csr),
  ];
  for (const first of works) {
    for (const second of works) {
      const limit = new SigningLimit({ max: 1, maxWaiting: 0 });
      const jwtIssuer = undefined;
      const succession = { x509: certificates, jwt: tokens };
      const ca = new CertificateAuthority({ ...succession, limit, jwtIssuer, clock });
      const running = first(ca);
      await t.rejects(second(ca), { code: status.RESOURCE_EXHAUSTED });
      await running;
      await t.resolves(second(ca), 'and there is room again');
    }
  }
});

t.test('a CSR about a key that the sender does not hold', async (t) => {
  const { ca } = await open(t);
  const csr = Buffer.from(await createCsr({ signer }));
  const other = await generateKeyPair('ec-p256');
  csr.set(other.publicKeyInfo, csr.indexOf(publicKeyInfo));
  await t.rejects(ca.proveKey(parseCsr(csr)), { code: /^PKI_CSR_/ });
});
