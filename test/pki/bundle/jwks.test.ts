import t from 'tap';
import * as jose from 'jose';
import { generateKeyPairSync } from 'node:crypto';
import { encodeJwks, jwtEntries } from '@vouchsafe/pki/bundle/jwks';
import { TrustBundle } from '@vouchsafe/pki/bundle/trust-bundle';
import { JwtAuthority } from '@vouchsafe/pki/jwt/jwt-authority';
import { signJwtSvid } from '@vouchsafe/pki/jwt/jwt-svid';
import { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import { TrustDomain } from '@vouchsafe/pki/trust-domain';
import { makeAuthority, makeJwtAuthority } from '../../support/test-bundle.ts';
import { makeTestKey } from '../../support/test-jwt.ts';

const trustDomain = TrustDomain.of('example.org');
const text = (bundle: TrustBundle): string => Buffer.from(encodeJwks(bundle)).toString();
const keyIds = (bundle: TrustBundle) => jwtEntries(bundle).map((entry) => entry['kid']);

const ec = makeTestKey();
const rsa = makeTestKey('rsa-2048');
const authorities = [
  makeJwtAuthority('b', { key: ec }),
  makeJwtAuthority('a', { key: rsa, tainted: true, expiresAt: new Date(0) }),
];

t.test('WAPI-32 INT-13 is a standard JWK Set of the JWT authorities alone', async (t) => {
  const certificate = await makeAuthority();
  const bundle = TrustBundle.of({
    ...{ trustDomain, jwtAuthorities: authorities, sequenceNumber: 7n, refreshHintSeconds: 60 },
    x509Authorities: [{ certificate, tainted: false }],
  });
  const { n, e } = rsa.publicKey.export({ format: 'jwk' });
  const { x, y } = ec.publicKey.export({ format: 'jwk' });
  const expected = {
    keys: [
      { kty: 'RSA', kid: 'a', n, e },
      { kty: 'EC', kid: 'b', crv: 'P-256', x, y },
    ],
  };
  t.equal(text(bundle), JSON.stringify(expected, null, 4), 'sorted by kid, laid out as by SPIRE');
});

t.test('TDB-08 INT-13 has keys even where there are none', (t) => {
  t.strictSame(JSON.parse(text(TrustBundle.empty(trustDomain))), { keys: [] });
  t.end();
});

t.test('equal authorities give equal bytes in whatever order', (t) => {
  const one = TrustBundle.of({ trustDomain, jwtAuthorities: authorities });
  const two = TrustBundle.of({ trustDomain, jwtAuthorities: authorities.toReversed() });
  t.equal(text(one), text(two));
  t.end();
});

t.test('sorts by code units, so that no locale changes the bytes', (t) => {
  const names = ['b', 'a', 'B', 'é', '10', '9', 'ab'];
  const jwtAuthorities = names.map((keyId) => makeJwtAuthority(keyId, { key: ec }));
  const sorted = ['10', '9', 'B', 'a', 'ab', 'b', 'é'];
  t.strictSame(keyIds(TrustBundle.of({ trustDomain, jwtAuthorities })), sorted);
  t.end();
});

t.test('BV-17 INT-13 leaves out keys that would take the set or the trust away', (t) => {
  const spki = { format: 'der', type: 'spki' } as const;
  const strange = [
    Buffer.from('rubbish'),
    generateKeyPairSync('ed25519').publicKey.export(spki),
    generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey.export(spki),
    generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export(spki),
  ].map((publicKeyInfo, index) => JwtAuthority.of({ keyId: `strange-${index}`, publicKeyInfo }));
  const shared = [makeJwtAuthority('shared'), makeJwtAuthority('shared')];
  const jwtAuthorities = [...strange, ...authorities, ...shared];
  t.strictSame(keyIds(TrustBundle.of({ trustDomain, jwtAuthorities })), ['a', 'b']);
  t.end();
});

t.test('jose verifies JWT-SVIDs with it', async (t) => {
  const bundle = TrustBundle.of({ trustDomain, jwtAuthorities: authorities });
  const jwks = jose.createLocalJWKSet(JSON.parse(text(bundle)) as jose.JSONWebKeySet);
  const now = new Date();
  const request = {
    ...{ spiffeId: SpiffeId.parse('spiffe://example.org/w'), audience: ['svc'] },
    ...{ issuedAt: now, expiresAt: new Date(now.getTime() + 60_000) },
  };
  for (const [keyId, { signer }] of [
    ['a', rsa],
    ['b', ec],
  ] as const) {
    const token = await signJwtSvid(request, { keyId, signer });
    await t.resolves(jose.jwtVerify(token, jwks, { audience: 'svc' }), keyId);
  }
  const stranger = await signJwtSvid(request, {
    keyId: 'a',
    signer: makeTestKey('rsa-2048').signer,
  });
  await t.rejects(jose.jwtVerify(stranger, jwks, { audience: 'svc' }));
});
