import t from 'tap';
import { generateKeyPairSync } from 'node:crypto';
import { parseBundleJwk } from '@vouchsafe/pki/bundle/bundle-jwk';
import { parseStrictJson } from '@vouchsafe/pki/json/strict-json';
import { encodePem } from '@vouchsafe/pki/keys/pem';
import { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import { mintX509Svid } from '@vouchsafe/pki/x509/mint';
import { makeAuthority } from '../../support/test-bundle.ts';
import { makeTestKey } from '../../support/test-jwt.ts';

const read = (value: unknown) =>
  parseBundleJwk(
    parseStrictJson(Buffer.from(JSON.stringify(value)), { maxBytes: 1 << 20, maxDepth: 8 }),
  );
const base64 = (der: Uint8Array): string => Buffer.from(der).toString('base64');

const key = makeTestKey();
const jwk = key.publicKey.export({ format: 'jwk' });
const certificate = await makeAuthority({ key });
const other = await makeAuthority();
const der = base64(certificate.raw);
const x509 = { use: 'x509-svid', ...jwk, x5c: [der] };
const jwt = { use: 'jwt-svid', kid: 'k', ...jwk };

t.test('reads an X.509 authority', (t) => {
  const { kind, authority } = read(x509);
  t.equal(kind, 'x509');
  t.match(authority, { tainted: false, certificate: { raw: certificate.raw } });
  t.end();
});

t.test('reads every kind of key that certificates are made with', async (t) => {
  for (const type of ['ec-p384', 'rsa-2048'] as const) {
    const testKey = makeTestKey(type);
    const x5c = [base64((await makeAuthority({ key: testKey })).raw)];
    const publicJwk = testKey.publicKey.export({ format: 'jwk' });
    t.equal(read({ use: 'x509-svid', ...publicJwk, x5c }).kind, 'x509', type);
  }
});

t.test('JWT-17 JWT-18 reads a JWT authority', (t) => {
  const { kind, authority } = read(jwt);
  t.equal(kind, 'jwt');
  t.match(authority, { keyId: 'k', publicKeyInfo: key.publicKeyInfo, tainted: false });
  t.match(read({ ...jwt, alg: 'ES256' }).authority, { algorithm: 'ES256' });
  t.end();
});

t.test('BV-12 trusts the first certificate of x5c only', (t) => {
  for (const second of [base64(other.raw), 'rubbish', 7]) {
    const { authority } = read({ ...x509, x5c: [der, second] });
    t.match(authority, { certificate: { raw: certificate.raw } });
  }
  const swapped = { ...x509, x5c: [base64(other.raw), der] };
  t.throws(() => read(swapped), { code: 'PKI_JWK_CERTIFICATE_KEY' });
  t.end();
});

t.test('BV-16 passes over the kid of an X.509 authority', (t) => {
  for (const kid of ['k', '', 7]) t.equal(read({ ...x509, kid }).kind, 'x509');
  t.end();
});

t.test('refuses what is no authority', async (t) => {
  const leaf = await mintX509Svid({
    spiffeId: SpiffeId.parse('spiffe://example.org/w'),
    publicKeyInfo: key.publicKeyInfo,
    notBefore: certificate.notBefore,
    notAfter: certificate.notAfter,
    serialNumber: 9n,
    issuer: { certificate, signer: key.signer },
  });
  const { publicKey: ed25519 } = generateKeyPairSync('ed25519');
  const lines = der.replaceAll(/.{64}/g, '$&\n');
  const urlSafe = Buffer.from(certificate.raw).toString('base64url');
  const without = (name: string, from: object): object => ({ ...from, [name]: undefined });
  const rows: readonly (readonly [name: string, value: unknown, code: string])[] = [
    ['a text', 'x', 'PKI_JWK_NOT_OBJECT'],
    ['null', null, 'PKI_JWK_NOT_OBJECT'],
    ['an array', [jwt], 'PKI_JWK_NOT_OBJECT'],
    ['BV-06 use wit-svid', { ...jwt, use: 'wit-svid' }, 'PKI_JWK_USE'],
    ['BV-07 use sig', { ...jwt, use: 'sig' }, 'PKI_JWK_USE'],
    ['BV-07 use future-svid', { ...jwt, use: 'future-svid' }, 'PKI_JWK_USE'],
    ['BV-07 TDB-13 use in capitals', { ...x509, use: 'X509-SVID' }, 'PKI_JWK_USE'],
    ['BV-08 TDB-13 no use', without('use', jwt), 'PKI_JWK_USE'],
    ['BV-08 use a number', { ...jwt, use: 1 }, 'PKI_JWK_USE'],
    ['use from the prototype', { ...jwt, use: 'constructor' }, 'PKI_JWK_USE'],
    ['BV-05 unknown kty', { ...jwt, kty: 'AKP' }, 'PKI_JWK_KEY_TYPE'],
    ['BV-09 TDB-12 no kty', without('kty', x509), 'PKI_JWK_KEY_TYPE'],
    ['BV-10 no x5c', without('x5c', x509), 'PKI_JWK_CERTIFICATE'],
    ['BV-11 x5c empty', { ...x509, x5c: [] }, 'PKI_JWK_CERTIFICATE'],
    ['x5c a text', { ...x509, x5c: der }, 'PKI_JWK_CERTIFICATE'],
    ['x5c of a number', { ...x509, x5c: [1] }, 'PKI_JWK_CERTIFICATE'],
    [
      'BV-13 PEM',
      { ...x509, x5c: [encodePem('CERTIFICATE', certificate.raw)] },
      'PKI_JWK_CERTIFICATE',
    ],
    ['BV-13 base64url', { ...x509, x5c: [urlSafe] }, 'PKI_JWK_CERTIFICATE'],
    ['BV-13 line breaks', { ...x509, x5c: [lines] }, 'PKI_JWK_CERTIFICATE'],
    ['BV-13 no certificate', { ...x509, x5c: [base64(key.publicKeyInfo)] }, 'PKI_JWK_CERTIFICATE'],
    [
      'BV-13 bytes behind',
      { ...x509, x5c: [base64(Buffer.concat([certificate.raw, Buffer.of(0)]))] },
      'PKI_JWK_CERTIFICATE',
    ],
    ['BV-14 a leaf', { ...x509, x5c: [base64(leaf)] }, 'PKI_JWK_CERTIFICATE'],
    ['BV-15 another key', { ...x509, x5c: [base64(other.raw)] }, 'PKI_JWK_CERTIFICATE_KEY'],
    ['BV-17 JWT-18 no kid', without('kid', jwt), 'PKI_JWS_KEY_ID'],
    ['BV-17 kid empty', { ...jwt, kid: '' }, 'PKI_JWS_KEY_ID'],
    ['BV-17 kid a number', { ...jwt, kid: 1 }, 'PKI_JWS_KEY_ID'],
    ['BV-18 symmetric', { use: 'jwt-svid', kid: 'k', kty: 'oct', k: 'AAAA' }, 'PKI_JWK_SECRET'],
    ['BV-18 private', { ...jwt, ...key.privateKey.export({ format: 'jwk' }) }, 'PKI_JWK_SECRET'],
    [
      'BV-18 private, X.509',
      { ...x509, ...key.privateKey.export({ format: 'jwk' }) },
      'PKI_JWK_SECRET',
    ],
    ['Ed25519', { ...jwt, ...ed25519.export({ format: 'jwk' }) }, 'PKI_JWK_KEY_TYPE'],
    ['alg unknown', { ...jwt, alg: 'ES256K' }, 'PKI_JWS_ALGORITHM'],
    ['alg none', { ...jwt, alg: 'none' }, 'PKI_JWS_ALGORITHM'],
    ['alg null', { ...jwt, alg: null }, 'PKI_JWS_ALGORITHM'],
    ['JV-23 alg of another key', { ...jwt, alg: 'ES384' }, 'PKI_JWS_KEY_MISMATCH'],
  ];
  for (const [name, value, code] of rows) t.throws(() => read(value), { code }, name);
});

t.test('refuses RSA keys that tokens may not be signed with', (t) => {
  const weak = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey;
  const value = { use: 'jwt-svid', kid: 'k', ...weak.export({ format: 'jwk' }) };
  t.throws(() => read(value), { code: 'PKI_JWT_AUTHORITY_KEY' });
  const strong = makeTestKey('rsa-2048').publicKey.export({ format: 'jwk' });
  const forgeable = { use: 'jwt-svid', kid: 'k', ...strong, e: 'AQ' };
  t.throws(() => read(forgeable), { code: 'PKI_JWT_AUTHORITY_KEY' }, 'exponent 1');
  t.end();
});
