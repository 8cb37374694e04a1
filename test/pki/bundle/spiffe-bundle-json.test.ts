import t from 'tap';
import fc from 'fast-check';
import * as jose from 'jose';
import { X509Certificate } from 'node:crypto';
import { BundleSet } from '@vouchsafe/pki/bundle/bundle-set';
import {
  encodeSpiffeBundleJson,
  parseSpiffeBundleDocument,
  parseSpiffeBundleJson,
} from '@vouchsafe/pki/bundle/spiffe-bundle-json';
import { TrustBundle } from '@vouchsafe/pki/bundle/trust-bundle';
import type { TrustBundleFields } from '@vouchsafe/pki/bundle/trust-bundle';
import { verifyJwtSvid } from '@vouchsafe/pki/jwt/jwt-svid';
import { TrustDomain } from '@vouchsafe/pki/trust-domain';
import { makeAuthority, makeJwtAuthority } from '../../support/test-bundle.ts';
import { makeTestKey, makeToken } from '../../support/test-jwt.ts';

const trustDomain = TrustDomain.of('example.org');
const caKey = makeTestKey();
const jwtKey = makeTestKey();
const certificate = await makeAuthority({ key: caKey });
const tainted = await makeAuthority({ key: makeTestKey('rsa-2048') });
const full: TrustBundleFields = {
  trustDomain,
  x509Authorities: [
    { certificate: tainted, tainted: true },
    { certificate, tainted: false },
  ],
  jwtAuthorities: [makeJwtAuthority('j2'), makeJwtAuthority('j1', { key: jwtKey })],
  sequenceNumber: 7n,
  refreshHintSeconds: 300,
};

const caJwk = caKey.publicKey.export({ format: 'jwk' });
const jwtJwk = jwtKey.publicKey.export({ format: 'jwk' });
const x5c = [Buffer.from(certificate.raw).toString('base64')];
const x509 = { use: 'x509-svid', ...caJwk, x5c };
const jwt = { use: 'jwt-svid', kid: 'j1', ...jwtJwk };

const bytesOf = (document: unknown): Uint8Array =>
  Buffer.from(typeof document === 'string' ? document : JSON.stringify(document));
const read = (document: unknown) => parseSpiffeBundleDocument(bytesOf(document), trustDomain);
const textOf = (bundle: TrustBundle): string =>
  Buffer.from(encodeSpiffeBundleJson(bundle)).toString();
const encode = (changes: Partial<TrustBundleFields> = {}): string =>
  textOf(TrustBundle.of({ ...full, ...changes }));

/** What a document brings: how many authorities of each kind, and why the others were left out. */
function summaryOf(document: unknown) {
  const { bundle, ignored } = read(document);
  return {
    x509: bundle.x509Authorities.length,
    jwt: bundle.jwtAuthorities.map(({ keyId }) => keyId),
    ignored: ignored.map(({ index, reason }) => `${index} ${reason.code}`),
  };
}

t.test(
  'TDB-01 TDB-03 TDB-06 TDB-11 JWT-17 JWT-18 X509-28..31 prints a bundle as SPIRE does',
  (t) => {
    const rsa = new X509Certificate(tainted.raw).publicKey.export({ format: 'jwk' });
    const [j2 = jwtKey] = full.jwtAuthorities!;
    const ec = (jwk: { crv?: string; x?: string; y?: string }) => ({
      crv: jwk.crv,
      x: jwk.x,
      y: jwk.y,
    });
    const expected = {
      keys: [
        {
          ...{ use: 'x509-svid', kty: 'RSA', n: rsa.n, e: 'AQAB' },
          x5c: [Buffer.from(tainted.raw).toString('base64')],
        },
        { use: 'x509-svid', kty: 'EC', ...ec(caJwk), x5c },
        { use: 'jwt-svid', kty: 'EC', kid: 'j1', ...ec(jwtJwk) },
        { use: 'jwt-svid', kty: 'EC', kid: 'j2', ...ec(j2.publicKey.export({ format: 'jwk' })) },
      ],
      spiffe_sequence: 7,
      spiffe_refresh_hint: 300,
    };
    t.equal(encode(), JSON.stringify(expected, null, 4));
    t.end();
  },
);

t.test('TDB-08 BV-04 prints keys even where there are none, and no number that is 0', (t) => {
  t.equal(textOf(TrustBundle.empty(trustDomain)), '{\n    "keys": []\n}');
  t.end();
});

t.test('BV-21 TDB-05 prints numbers beyond a double exactly', (t) => {
  for (const sequenceNumber of [9007199254740993n, 18446744073709551615n]) {
    const text = encode({ sequenceNumber });
    t.match(text, `"spiffe_sequence": ${sequenceNumber},\n`);
    t.equal(read(text).bundle.sequenceNumber, sequenceNumber);
  }
  t.end();
});

t.test('equal bundles give equal bytes', (t) => {
  t.equal(encode({ jwtAuthorities: full.jwtAuthorities!.toReversed() }), encode());
  t.end();
});

t.test('BV-17 prints no kid that stands for two keys', (t) => {
  const jwtAuthorities = [makeJwtAuthority('j'), makeJwtAuthority('j'), makeJwtAuthority('k')];
  t.strictSame(summaryOf(encode({ jwtAuthorities })), { x509: 2, jwt: ['k'], ignored: [] });
  t.end();
});

t.test('reads back what it prints', (t) => {
  const bundle = TrustBundle.of(full);
  const { bundle: again, ignored } = read(encode());
  t.strictSame(ignored, []);
  t.strictSame(
    again.x509Certificates.map(({ raw }) => raw),
    bundle.x509Certificates.map(({ raw }) => raw),
  );
  t.equal(again.sequenceNumber, 7n);
  t.equal(again.refreshHintSeconds, 300);
  t.equal(textOf(again), encode());
  t.equal(textOf(parseSpiffeBundleJson(bytesOf(encode()), trustDomain)), encode());
  t.end();
});

t.test('TDB-14 a bundle is of the trust domain it was asked of', (t) => {
  const other = TrustDomain.of('other.example');
  t.equal(parseSpiffeBundleJson(bytesOf(encode()), other).trustDomain, other);
  t.end();
});

t.test('is refused as a whole when it is no bundle', (t) => {
  const good = JSON.stringify({ keys: [x509] });
  const rows: readonly (readonly [name: string, document: unknown, code: string])[] = [
    ['BV-01 nothing', '', 'PKI_JSON_SYNTAX'],
    ['BV-01 HTML', '<!doctype html><title>502</title>', 'PKI_JSON_SYNTAX'],
    ['BV-01 a JSON array', [x509], 'PKI_JSON_NOT_OBJECT'],
    ['BV-01 null', 'null', 'PKI_JSON_NOT_OBJECT'],
    ['BV-01 cut off', good.slice(0, -1), 'PKI_JSON_SYNTAX'],
    ['BV-01 a byte order mark', `\ufeff${good}`, 'PKI_JSON_SYNTAX'],
    ['BV-01 text behind', `${good}]`, 'PKI_JSON_SYNTAX'],
    ['BV-02 TDB-08 no keys', {}, 'PKI_BUNDLE_KEYS'],
    ['BV-02 keys null', { keys: null }, 'PKI_BUNDLE_KEYS'],
    ['BV-03 keys an object', { keys: {} }, 'PKI_BUNDLE_KEYS'],
    ['BV-03 keys a text', { keys: 'x' }, 'PKI_BUNDLE_KEYS'],
    ['BV-02 keys from the prototype', '{"__proto__":{"keys":[]}}', 'PKI_BUNDLE_KEYS'],
    ['BV-25 over 4 MiB', `${good}${' '.repeat(4 << 20)}`, 'PKI_JSON_TOO_LARGE'],
    ['BV-25 too many keys', { keys: Array.from({ length: 1001 }, () => 0) }, 'PKI_BUNDLE_LIMIT'],
    ['BV-25 nested', `{"keys":[],"x":${'['.repeat(100_000)}`, 'PKI_JSON_TOO_DEEP'],
    ['BV-28 keys twice', `{"keys":[],"keys":[${JSON.stringify(x509)}]}`, 'PKI_JSON_DUPLICATE_NAME'],
    ['BV-28 kid twice', `{"keys":[{"kid":"a","kid":"b"}]}`, 'PKI_JSON_DUPLICATE_NAME'],
    [
      'BV-28 use twice, once escaped',
      `{"keys":[{"use":"a","\\u0075se":"b"}]}`,
      'PKI_JSON_DUPLICATE_NAME',
    ],
  ];
  for (const [name, document, code] of rows) t.throws(() => read(document), { code }, name);
  t.end();
});

t.test('BV-04 TDB-10 may be empty, and then trusts nothing', (t) => {
  const { bundle, ignored } = read({ keys: [] });
  t.strictSame(bundle.x509Certificates, []);
  t.strictSame(bundle.jwtAuthorities, []);
  t.strictSame(ignored, []);
  t.end();
});

t.test('TDB-09 TDB-12 TDB-13 X509-33 leaves out a key it cannot use, and uses the others', (t) => {
  const USE = 'PKI_JWK_USE';
  const TYPE = 'PKI_JWK_KEY_TYPE';
  const CERTIFICATE = 'PKI_JWK_CERTIFICATE';
  const SECRET = 'PKI_JWK_SECRET';
  const rows: readonly (readonly [name: string, odd: unknown, code: string])[] = [
    ['BV-05 AKP', { use: 'jwt-svid', kid: 'x', kty: 'AKP', pub: 'AA' }, TYPE],
    ['BV-05 oct', { use: 'x509-svid', kty: 'oct' }, TYPE],
    ['BV-05 foo', { ...x509, kty: 'foo' }, TYPE],
    ['BV-05 secp256k1', { ...jwt, kid: 'x', crv: 'secp256k1' }, TYPE],
    ['BV-06 wit-svid', { ...jwt, kid: 'x', use: 'wit-svid' }, USE],
    ['BV-07 sig', { ...jwt, kid: 'x', use: 'sig' }, USE],
    ['BV-07 X509-SVID', { ...x509, use: 'X509-SVID' }, USE],
    ['BV-08 no use', caJwk, USE],
    ['BV-09 no kty', { ...x509, kty: undefined }, TYPE],
    ['BV-10 no x5c', { ...x509, x5c: undefined }, CERTIFICATE],
    ['BV-11 x5c empty', { ...x509, x5c: [] }, CERTIFICATE],
    ['BV-13 x5c rubbish', { ...x509, x5c: ['AAAA'] }, CERTIFICATE],
    ['BV-15 another key', { ...x509, ...jwtJwk }, 'PKI_JWK_CERTIFICATE_KEY'],
    ['BV-17 no kid', { ...jwt, kid: undefined }, 'PKI_JWS_KEY_ID'],
    ['BV-18 oct', { use: 'jwt-svid', kid: 'x', kty: 'oct', k: 'AAAA' }, SECRET],
    ['BV-18 private', { ...jwt, kid: 'x', ...caKey.privateKey.export({ format: 'jwk' }) }, SECRET],
    ['no object', 7, 'PKI_JWK_NOT_OBJECT'],
  ];
  for (const [name, odd, code] of rows) {
    const expected = { x509: 1, jwt: ['j1'], ignored: [`1 ${code}`] };
    t.strictSame(summaryOf({ keys: [x509, odd, jwt] }), expected, name);
  }
  t.end();
});

t.test('TDB-10 no usable key is no trust', (t) => {
  const odd = { ...x509, use: 'sig' };
  t.match(summaryOf({ keys: [odd, odd] }), { x509: 0, jwt: [] });
  t.end();
});

t.test('BV-12 BV-16 BV-19 X509-34 takes one certificate a key, and each once', (t) => {
  const second = Buffer.from(tainted.raw).toString('base64');
  const document = { keys: [{ ...x509, kid: 'a', x5c: [...x5c, second] }, x509, jwt, jwt] };
  t.strictSame(summaryOf(document), { x509: 1, jwt: ['j1'], ignored: [] });
  t.end();
});

t.test('BV-17 leaves out every key whose kid stands for another too', (t) => {
  const twin = { ...jwt, ...caJwk };
  const free = { ...jwt, kid: 'free' };
  const shared = 'PKI_JWT_AUTHORITY_AMBIGUOUS';
  const rows: readonly (readonly [name: string, twin: object, code: string])[] = [
    ['another JWT authority', twin, shared],
    ['a WIT authority', { ...twin, use: 'wit-svid' }, 'PKI_JWK_USE'],
    ['a key that cannot be used', { ...twin, kty: 'AKP' }, 'PKI_JWK_KEY_TYPE'],
    [
      'its own private key',
      { ...jwt, ...jwtKey.privateKey.export({ format: 'jwk' }) },
      'PKI_JWK_SECRET',
    ],
  ];
  for (const [name, other, code] of rows) {
    t.strictSame(
      summaryOf({ keys: [jwt, other, free, x509] }),
      { x509: 1, jwt: ['free'], ignored: [`0 ${shared}`, `1 ${code}`] },
      name,
    );
  }
  const third = summaryOf({ keys: [jwt, jwt, twin] });
  t.strictSame(third, { x509: 0, jwt: [], ignored: [0, 1, 2].map((i) => `${i} ${shared}`) });
  t.end();
});

t.test('BV-16 an X.509 authority does not take a kid', (t) => {
  t.strictSame(summaryOf({ keys: [{ ...x509, kid: 'j1' }, jwt] }), {
    ...{ x509: 1, jwt: ['j1'], ignored: [] },
  });
  t.end();
});

t.test('JWT-19 JWT-20 WAPI-12 a token is proven by keys for JWT-SVIDs only', async (t) => {
  const now = new Date('2026-03-01T12:00:00Z');
  const claims = { sub: 'spiffe://example.org/w', aud: 'svc', exp: now.getTime() / 1000 + 60 };
  const token = makeToken({ alg: 'ES256', kid: 'j1' }, claims, jwtKey.privateKey);
  const caToken = makeToken({ alg: 'ES256', kid: 'ca' }, claims, caKey.privateKey);
  const verify = (text: string, keys: readonly object[]) => {
    const { jwtAuthorities: authorities } = BundleSet.of([read({ keys }).bundle]);
    return verifyJwtSvid(text, { audience: 'svc', authorities, now });
  };
  const code = 'PKI_JWT_AUTHORITY_UNKNOWN';
  await t.resolves(verify(token, [x509, jwt]));
  await t.rejects(verify(token, [x509, { ...jwt, use: 'wit-svid' }]), { code }, 'a WIT authority');
  await t.rejects(verify(token, [x509]), { code }, 'no JWT authority');
  await t.rejects(verify(token, []), { code }, 'none at all');
  await t.rejects(verify(caToken, [{ ...x509, kid: 'ca' }, jwt]), { code }, 'an X.509 authority');
});

t.test('BV-20 TDB-02 ignores members it does not know', (t) => {
  const document = { 'x-foo': 1, keys: [{ ...jwt, 'x-bar': {} }], spiffe_future: [] };
  t.strictSame(summaryOf(document), { x509: 0, jwt: ['j1'], ignored: [] });
  t.end();
});

t.test('BV-21 TDB-05 reads a sequence number exactly, or none', (t) => {
  const rows: readonly (readonly [json: string, sequenceNumber: bigint])[] = [
    ['1', 1n],
    ['9007199254740993', 9007199254740993n],
    ['18446744073709551615', 18446744073709551615n],
    ['18446744073709551616', 0n],
    ['1e30', 0n],
    ['-1', 0n],
    ['-9007199254740993', 0n],
    ['1.5', 0n],
    ['"7"', 0n],
    ['null', 0n],
    ['[7]', 0n],
  ];
  for (const [json, sequenceNumber] of rows) {
    t.equal(
      read(`{"keys":[],"spiffe_sequence":${json}}`).bundle.sequenceNumber,
      sequenceNumber,
      json,
    );
  }
  t.equal(read({ keys: [] }).bundle.sequenceNumber, 0n);
  t.end();
});

t.test('BV-22 TDB-06 TDB-15 reads a refresh hint within bounds', (t) => {
  const rows: readonly (readonly [json: string, seconds: number])[] = [
    ['60', 60],
    ['1', 10],
    ['1000000000000', 86_400],
    ['9007199254740993', 86_400],
    ['0', 300],
    ['-5', 300],
    ['-9007199254740993', 300],
    ['1.5', 300],
    ['"300"', 300],
    ['"60"', 300],
    ['null', 300],
  ];
  for (const [json, seconds] of rows) {
    t.equal(
      read(`{"keys":[],"spiffe_refresh_hint":${json}}`).bundle.refreshHintSeconds,
      seconds,
      json,
    );
  }
  t.equal(read({ keys: [] }).bundle.refreshHintSeconds, 300, 'absent');
  t.end();
});

t.test('BV-27 keeps an authority that has ended', async (t) => {
  const ended = await makeAuthority({ key: caKey, notAfter: new Date('2026-01-02T00:00:00Z') });
  const entry = { ...x509, x5c: [Buffer.from(ended.raw).toString('base64')] };
  t.equal(summaryOf({ keys: [entry] }).x509, 1);
  t.end();
});

t.test('jose reads the keys that are printed', async (t) => {
  const { keys } = JSON.parse(encode()) as jose.JSONWebKeySet;
  const [, ca, own] = keys;
  const imported = await jose.importJWK({ ...own!, alg: 'ES256' });
  const token = makeToken({ alg: 'ES256', kid: 'j1' }, {}, jwtKey.privateKey);
  await t.resolves(jose.compactVerify(token, imported));
  t.equal(new X509Certificate(Buffer.from(ca!.x5c![0]!, 'base64')).ca, true);
});

t.test('any bundle comes back as it went, and any JSON is read or refused with a code', (t) => {
  const numbers = fc.record({
    sequenceNumber: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    refreshHintSeconds: fc.integer({ min: 10, max: 86_400 }),
  });
  const kept = fc.tuple(
    fc.subarray([...full.x509Authorities!]),
    fc.subarray([...full.jwtAuthorities!]),
  );
  fc.assert(
    fc.property(numbers, kept, (changes, [x509Authorities, jwtAuthorities]) => {
      const text = encode({ ...changes, x509Authorities, jwtAuthorities });
      return textOf(read(text).bundle) === text;
    }),
    { numRuns: 200 },
  );
  const member = fc.oneof(
    fc.constantFrom(...Object.values(x509), ...Object.values(jwt)),
    fc.jsonValue(),
  );
  const element = fc.oneof(
    fc.dictionary(
      fc.constantFrom('use', 'kty', 'kid', 'crv', 'x', 'y', 'n', 'e', 'x5c', 'alg'),
      member,
    ),
    fc.constantFrom(x509, jwt),
    fc.jsonValue(),
  );
  fc.assert(
    fc.property(
      fc.record({ keys: fc.array(element), spiffe_sequence: fc.jsonValue() }),
      (document) => {
        const { bundle, ignored } = read(document);
        const used = bundle.x509Authorities.length + bundle.jwtAuthorities.length;
        return used + ignored.length <= document.keys.length;
      },
    ),
    { numRuns: 500 },
  );
  t.end();
});
