import t from 'tap';
import fc from 'fast-check';
import * as jose from 'jose';
import { readFileSync } from 'node:fs';
import { BundleSet } from '@vouchsafe/pki/bundle/bundle-set';
import { TrustBundle } from '@vouchsafe/pki/bundle/trust-bundle';
import type { JwsAlgorithmName } from '@vouchsafe/pki/jwt/algorithms';
import { JwtAuthority } from '@vouchsafe/pki/jwt/jwt-authority';
import { newJwtId, signJwtSvid, verifyJwtSvid } from '@vouchsafe/pki/jwt/jwt-svid';
import type { JwtSvid, JwtSvidChecks, JwtSvidRequest } from '@vouchsafe/pki/jwt/jwt-svid';
import { KEY_TYPES } from '@vouchsafe/pki/keys/key-type';
import { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import { TrustDomain } from '@vouchsafe/pki/trust-domain';
import { makeJwtAuthority } from '../../support/test-bundle.ts';
import { makeTestKey, makeToken } from '../../support/test-jwt.ts';

const NOW = new Date('2026-03-01T12:00:00Z');
const SECONDS = NOW.getTime() / 1000;
const trustDomain = TrustDomain.of('example.org');
const other = TrustDomain.of('other.example');
const spiffeId = SpiffeId.parse('spiffe://example.org/w');

const key = makeTestKey();
const otherKey = makeTestKey();
const bundles = BundleSet.of([
  TrustBundle.of({ trustDomain, jwtAuthorities: [makeJwtAuthority('k1', { key })] }),
  TrustBundle.of({
    trustDomain: other,
    jwtAuthorities: [makeJwtAuthority('k2', { key: otherKey })],
  }),
]);
const checks: JwtSvidChecks = { audience: 'svc', authorities: bundles.jwtAuthorities, now: NOW };

const HEADER = { alg: 'ES256', kid: 'k1', typ: 'JWT' };
const CLAIMS = { sub: spiffeId.toString(), aud: ['svc'], exp: SECONDS + 300, iat: SECONDS };

const verify = (token: string, changes: Partial<JwtSvidChecks> = {}): Promise<JwtSvid> =>
  verifyJwtSvid(token, { ...checks, ...changes });
const tokenWith = (claims: object, header: object = {}): string =>
  makeToken({ ...HEADER, ...header }, { ...CLAIMS, ...claims }, key.privateKey);

/** Every refusal is proven beside an acceptance: the same token without the fault verifies. */
t.before(() => verify(tokenWith({})));

t.test('JWT-22 gives what a proven token says', async (t) => {
  const svid = await verify(tokenWith({ aud: ['a', 'svc'], role: 'db' }));
  t.equal(svid.spiffeId.toString(), CLAIMS.sub);
  t.strictSame(svid.audience, ['a', 'svc']);
  t.strictSame(svid.expiresAt, new Date(CLAIMS.exp * 1000));
  t.strictSame(svid.issuedAt, NOW);
  t.equal(svid.keyId, 'k1');
  t.equal(svid.claims['role'], 'db');
});

t.test('JV-28 JWT-07 SV-06 takes a foreign token with claims of its own', async (t) => {
  const claims = { ...CLAIMS, sub: 'spiffe://other.example/w', role: 'admin' };
  const svid = await verify(makeToken({ ...HEADER, kid: 'k2' }, claims, otherKey.privateKey));
  t.equal(svid.claims['role'], 'admin', 'the caller decides what to pass on');
});

t.test('JWT-06 JV-07 takes typ JWT, JOSE or none', async (t) => {
  for (const typ of ['JWT', 'JOSE', undefined]) await verify(tokenWith({}, { typ }));
  for (const typ of ['at+jwt', 'wit+jwt', 'jwt', 'jose', '', 'application/jwt', 1, null, ['JWT']]) {
    await t.rejects(verify(tokenWith({}, { typ })), { code: 'PKI_JWS_TYPE' }, String(typ));
  }
});

t.test('JWT-10 JWT-14 JV-12 JV-13 must be meant for the one who checks, exactly', async (t) => {
  for (const aud of ['svc', ['svc'], ['other', 'svc']]) await verify(tokenWith({ aud }));
  for (const aud of [['other'], ['SVC'], ['svc '], ['svc/'], 'svcx', ['s', 'v', 'c'], ['svc\0']]) {
    const code = 'PKI_JWT_AUDIENCE_UNEXPECTED';
    await t.rejects(verify(tokenWith({ aud })), { code }, JSON.stringify(aud));
  }
});

t.test(
  'JWT-10 JWT-12 JV-10 JV-11 JV-14 JV-16 needs the claims it is judged by (T-20)',
  async (t) => {
    const rows: readonly (readonly [claims: object, code: string])[] = [
      [{ aud: undefined }, 'PKI_JWT_AUDIENCE_MISSING'],
      [{ aud: [] }, 'PKI_JWT_AUDIENCE_MISSING'],
      [{ aud: '' }, 'PKI_JWT_AUDIENCE_INVALID'],
      [{ aud: [''] }, 'PKI_JWT_AUDIENCE_INVALID'],
      [{ exp: undefined }, 'PKI_JWT_CLAIM'],
      [{ exp: String(CLAIMS.exp) }, 'PKI_JWT_CLAIM'],
      [{ exp: null }, 'PKI_JWT_CLAIM'],
      [{ exp: -1 }, 'PKI_JWT_CLAIM'],
    ];
    for (const [claims, code] of rows)
      await t.rejects(verify(tokenWith(claims)), { code }, JSON.stringify(claims));
    await t.rejects(verify(tokenWith({ aud: '' }), { audience: '' }), {
      code: 'PKI_JWT_AUDIENCE_INVALID',
    });
  },
);

t.test('JWT-14 JV-15 JV-17 JV-18 is valid at one time, give or take a minute', async (t) => {
  const rows: readonly (readonly [name: string, claims: object, code: string | undefined])[] = [
    ['ended 5 minutes ago', { exp: SECONDS - 300 }, 'PKI_JWT_EXPIRED'],
    ['ended 60 s ago', { exp: SECONDS - 60 }, 'PKI_JWT_EXPIRED'],
    ['ended 59 s ago', { exp: SECONDS - 59 }, undefined],
    ['ended 10 s ago', { exp: SECONDS - 10 }, undefined],
    ['ends within a second', { exp: SECONDS + 0.5 }, undefined],
    ['ended in 1970', { exp: 0 }, 'PKI_JWT_EXPIRED'],
    ['starts in 10 minutes', { nbf: SECONDS + 600 }, 'PKI_JWT_NOT_YET_VALID'],
    ['starts in 61 s', { nbf: SECONDS + 61 }, 'PKI_JWT_NOT_YET_VALID'],
    ['starts in 60 s', { nbf: SECONDS + 60 }, undefined],
    ['issued in 10 minutes', { iat: SECONDS + 600 }, 'PKI_JWT_NOT_YET_VALID'],
    ['does not say when it was issued', { iat: undefined }, undefined],
  ];
  for (const [name, claims, code] of rows) {
    const verified = verify(tokenWith(claims));
    if (code === undefined) await t.resolves(verified, name);
    else await t.rejects(verified, { code }, name);
  }
  const strict = verify(tokenWith({ exp: SECONDS - 1 }), { leewaySeconds: 0 });
  await t.rejects(strict, { code: 'PKI_JWT_EXPIRED' }, 'without leeway');
});

t.test('a broken clock refuses', async (t) => {
  await t.rejects(verify(tokenWith({}), { now: new Date(NaN) }), { code: 'PKI_JWT_EXPIRED' });
  await t.rejects(verify(tokenWith({}), { leewaySeconds: NaN }), { code: 'PKI_JWT_EXPIRED' });
});

t.test('JV-19 JWT-08 sub names a workload', async (t) => {
  for (const sub of [undefined, 1, null])
    await t.rejects(verify(tokenWith({ sub })), { code: 'PKI_JWT_CLAIM' }, String(sub));
  for (const sub of ['', 'alice', 'spiffe://example.org', 'spiffe://example.org/'])
    await t.rejects(verify(tokenWith({ sub })), { code: 'PKI_JWT_SUBJECT' }, sub);
  const vectors = JSON.parse(
    readFileSync(new URL('../../vectors/spiffe-id.json', import.meta.url), 'utf8'),
  ) as readonly { id: string; input: string; verdict: string }[];
  const authorities = () => [makeJwtAuthority('k1', { key })]; // of whatever trust domain
  for (const { id, input } of vectors.filter(({ verdict }) => verdict === 'reject')) {
    const token = tokenWith({ sub: input });
    await t.rejects(verify(token, { authorities }), { code: 'PKI_JWT_SUBJECT' }, id);
  }
});

t.test(
  'JWT-20 JWT-22 JV-20 JV-21 only the own trust domain can prove its workload (T-20)',
  async (t) => {
    const foreign = { ...CLAIMS, sub: 'spiffe://other.example/w' };
    const rows: readonly (readonly [name: string, token: string, code: string])[] = [
      [
        'signed by a trusted neighbour, under its own kid',
        makeToken({ ...HEADER, kid: 'k2' }, CLAIMS, otherKey.privateKey),
        'PKI_JWT_AUTHORITY_UNKNOWN',
      ],
      [
        'signed by a trusted neighbour, under a kid of the victim',
        makeToken(HEADER, CLAIMS, otherKey.privateKey),
        'PKI_JWS_SIGNATURE',
      ],
      ['for a neighbour', makeToken(HEADER, foreign, key.privateKey), 'PKI_JWT_AUTHORITY_UNKNOWN'],
      ['unknown kid', tokenWith({}, { kid: 'k9' }), 'PKI_JWT_AUTHORITY_UNKNOWN'],
      ['kid in other case', tokenWith({}, { kid: 'K1' }), 'PKI_JWT_AUTHORITY_UNKNOWN'],
      ['unknown trust domain', tokenWith({ sub: 'spiffe://b/w' }), 'PKI_JWT_TRUST_DOMAIN_UNKNOWN'],
      [
        'iss instead of sub',
        tokenWith({ sub: 'spiffe://b/w', iss: CLAIMS.sub }),
        'PKI_JWT_TRUST_DOMAIN_UNKNOWN',
      ],
    ];
    for (const [name, token, code] of rows) await t.rejects(verify(token), { code }, name);
    const empty = BundleSet.of([TrustBundle.empty(trustDomain)]).jwtAuthorities;
    await t.rejects(verify(tokenWith({}), { authorities: empty }), {
      code: 'PKI_JWT_AUTHORITY_UNKNOWN',
    });
  },
);

t.test('JV-21 TDB-17 a key that left the bundle proves nothing any more', async (t) => {
  const token = tokenWith({});
  const authorities = bundles.with(
    TrustBundle.of({ trustDomain, jwtAuthorities: [makeJwtAuthority('k3')] }),
  ).jwtAuthorities;
  await t.rejects(verify(token, { authorities }), { code: 'PKI_JWT_AUTHORITY_UNKNOWN' });
});

t.test('a tainted key proves what it signed until it is revoked', async () => {
  await verify(tokenWith({}), {
    authorities: () => [makeJwtAuthority('k1', { key, tainted: true })],
  });
});

t.test('BV-17 two keys under one kid prove nothing, in either order', async (t) => {
  const good = makeJwtAuthority('k1', { key });
  const bad = makeJwtAuthority('k1');
  for (const list of [
    [good, bad],
    [bad, good],
  ]) {
    const verified = verify(tokenWith({}), { authorities: () => list });
    await t.rejects(verified, { code: 'PKI_JWT_AUTHORITY_AMBIGUOUS' });
  }
});

t.test('JV-23 a key that its bundle ties to an algorithm is used with no other', async (t) => {
  const rsa = makeTestKey('rsa-2048');
  const { publicKeyInfo } = rsa;
  const authorities = (algorithm?: JwsAlgorithmName) => () => [
    JwtAuthority.of({ keyId: 'k1', publicKeyInfo, algorithm }),
  ];
  const token = await new jose.SignJWT(CLAIMS)
    .setProtectedHeader({ alg: 'PS256', kid: 'k1' })
    .sign(rsa.privateKey);
  await verify(token, { authorities: authorities() });
  await verify(token, { authorities: authorities('PS256') });
  await t.rejects(verify(token, { authorities: authorities('RS256') }), {
    code: 'PKI_JWS_KEY_MISMATCH',
  });
});

t.test('JV-23 alg must fit the key of the bundle', async (t) => {
  for (const [alg, type] of [
    ['RS256', 'ec-p256'],
    ['ES256', 'ec-p384'],
    ['ES384', 'ec-p256'],
    ['ES256', 'rsa-2048'],
  ] as const) {
    const authority = makeJwtAuthority('k1', { key: makeTestKey(type) });
    const verified = verify(tokenWith({}, { alg }), { authorities: () => [authority] });
    await t.rejects(verified, { code: 'PKI_JWS_KEY_MISMATCH' }, `${alg} with ${type}`);
  }
});

t.test('JV-24 refuses a token with two subjects', async (t) => {
  const payload = JSON.stringify(CLAIMS).replace('{', '{"sub":"spiffe://example.org/admin",');
  const token = makeToken(HEADER, payload, key.privateKey);
  await t.rejects(verify(token), { code: 'PKI_JSON_DUPLICATE_NAME' });
});

t.test('JV-01 JV-03 JV-04 JV-09 JV-22 JV-25 JV-26 refuses what is no good JWS', async (t) => {
  const good = tokenWith({});
  const rows: readonly (readonly [name: string, token: string, code: string])[] = [
    ['none', makeToken({ ...HEADER, alg: 'none' }, CLAIMS, ''), 'PKI_JWS_ALGORITHM'],
    ['HS256', tokenWith({}, { alg: 'HS256' }), 'PKI_JWS_ALGORITHM'],
    ['crit', tokenWith({}, { crit: ['exp'] }), 'PKI_JWS_CRITICAL'],
    [
      'payload altered',
      good.replace(
        /\.[^.]*\./,
        `.${Buffer.from(JSON.stringify({ ...CLAIMS, sub: 'spiffe://example.org/x' })).toString('base64url')}.`,
      ),
      'PKI_JWS_SIGNATURE',
    ],
    ['a line end behind', `${good}\n`, 'PKI_JWS_ENCODING'],
    ['200 KiB', tokenWith({ x: 'x'.repeat(200 * 1024) }), 'PKI_JWS_TOO_LARGE'],
    ['JSON', JSON.stringify({ payload: good }), 'PKI_JWS_ENCODING'],
  ];
  for (const [name, token, code] of rows) await t.rejects(verify(token), { code }, name);
});

t.test('JV-08 a key in the header is not even looked at', async (t) => {
  const attacker = makeTestKey();
  const header = { ...HEADER, jwk: attacker.publicKey.export({ format: 'jwk' }) };
  const token = makeToken(header, CLAIMS, attacker.privateKey);
  await t.rejects(verify(token), { code: 'PKI_JWS_EMBEDDED_KEY' });
});

t.test('JWT-21 the same token verifies as often as it is shown', async () => {
  const token = tokenWith({ jti: newJwtId() });
  await verify(token);
  await verify(token);
});

const request: JwtSvidRequest = {
  spiffeId,
  audience: ['svc', 'b'],
  issuedAt: new Date(NOW.getTime() + 999),
  expiresAt: new Date(NOW.getTime() + 300_999),
};

t.test('JWT-02 JWT-08 JWT-09 JWT-12 JV-17 INT-10 signs what a JWT-SVID has to say', async (t) => {
  for (const type of KEY_TYPES) {
    const testKey = makeTestKey(type);
    const token = await signJwtSvid(request, { keyId: 'k1', signer: testKey.signer });
    t.strictSame(Object.keys(jose.decodeProtectedHeader(token)), ['alg', 'kid', 'typ'], type);
    t.strictSame(jose.decodeJwt(token), {
      sub: 'spiffe://example.org/w',
      aud: ['svc', 'b'],
      exp: SECONDS + 300,
      iat: SECONDS,
    });
    await jose.jwtVerify(token, testKey.publicKey, {
      ...{ audience: 'svc', currentDate: NOW, subject: CLAIMS.sub, typ: 'JWT' },
      requiredClaims: ['sub', 'aud', 'exp', 'iat'],
    });
    await verify(token, { authorities: () => [makeJwtAuthority('k1', { key: testKey })] });
  }
});

t.test('JWT-21 says who issued it and which one it is, if asked to', async (t) => {
  const jti = newJwtId();
  t.match(jti, /^[A-Za-z0-9_-]{22}$/);
  t.not(jti, newJwtId());
  const issuer = 'https://oidc.example.org';
  const token = await signJwtSvid({ ...request, jti, issuer }, { keyId: 'k1', signer: key.signer });
  t.match(jose.decodeJwt(token), { jti, iss: issuer });
});

t.test('JWT-08 JWT-09 JWT-12 JV-27 signs nothing that could not verify', async (t) => {
  const rows: readonly (readonly [name: string, changes: Partial<JwtSvidRequest>, code: string])[] =
    [
      ['a trust domain', { spiffeId: SpiffeId.of(trustDomain, '') }, 'PKI_SPIFFE_ID_PATH_MISSING'],
      ['no audience', { audience: [] }, 'PKI_JWT_AUDIENCE_MISSING'],
      ['an empty audience', { audience: [''] }, 'PKI_JWT_AUDIENCE_MISSING'],
      ['33 audiences', { audience: Array.from({ length: 33 }, String) }, 'PKI_JWT_AUDIENCE_LIMIT'],
      ['no life', { expiresAt: request.issuedAt }, 'PKI_JWT_LIFETIME'],
      [
        'less than a second of it',
        { expiresAt: new Date(NOW.getTime() + 999) },
        'PKI_JWT_LIFETIME',
      ],
      ['an end before its start', { expiresAt: new Date(0) }, 'PKI_JWT_LIFETIME'],
      ['no end', { expiresAt: new Date(NaN) }, 'PKI_JWT_LIFETIME'],
      ['no start', { issuedAt: new Date(NaN) }, 'PKI_JWT_LIFETIME'],
    ];
  for (const [name, changes, code] of rows) {
    const signed = signJwtSvid({ ...request, ...changes }, { keyId: 'k1', signer: key.signer });
    await t.rejects(signed, { code }, name);
  }
});

t.test('accepts exactly what jose accepts of its own keys', async (t) => {
  // jose is laxer about typ, kid and a missing exp; the rest must agree.
  const jwks = jose.createLocalJWKSet({
    keys: [{ ...key.publicKey.export({ format: 'jwk' }), kid: 'k1' }],
  });
  const moment = fc.integer({ min: SECONDS - 120, max: SECONDS + 120 });
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        exp: moment,
        nbf: fc.option(moment, { nil: undefined }),
        aud: fc.constantFrom<unknown[]>('svc', ['svc'], ['b', 'svc'], ['b'], 'b'),
      }),
      fc.constantFrom('k1', 'k2'),
      async (claims, kid) => {
        const token = tokenWith({ ...claims, iat: SECONDS - 200 }, { kid });
        const [theirs, ours] = await Promise.allSettled([
          jose.jwtVerify(token, jwks, { audience: 'svc', currentDate: NOW, clockTolerance: 60 }),
          verify(token),
        ]);
        return theirs.status === ours.status;
      },
    ),
    { numRuns: 300 },
  );
  t.end();
});
