import t from 'tap';
import fc from 'fast-check';
import * as jose from 'jose';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { encodeJwk, parseJwk } from '@vouchsafe/pki/bundle/jwk';
import { parseJsonObject } from '@vouchsafe/pki/json/strict-json';

const LIMITS = { maxBytes: 1 << 20, maxDepth: 8 };
const read = (jwk: object): KeyObject =>
  parseJwk(parseJsonObject(Buffer.from(JSON.stringify(jwk)), LIMITS));
const ec = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve });

const p256 = ec('P-256');
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ecJwk = p256.publicKey.export({ format: 'jwk' }) as { x: string; y: string };
const rsaJwk = rsa.publicKey.export({ format: 'jwk' }) as { n: string; e: string };

function catchError(act: () => unknown): unknown {
  try {
    return act();
  } catch (error) {
    return error;
  }
}

t.test('TDB-11 writes the key and nothing else, as jose writes it', async (t) => {
  const rows: readonly (readonly [name: string, key: KeyObject, members: readonly string[]])[] = [
    ['P-256', p256.publicKey, ['kty', 'crv', 'x', 'y']],
    ['P-384', ec('P-384').publicKey, ['kty', 'crv', 'x', 'y']],
    ['P-521', ec('P-521').publicKey, ['kty', 'crv', 'x', 'y']],
    ['RSA', rsa.publicKey, ['kty', 'n', 'e']],
  ];
  for (const [name, key, members] of rows) {
    const jwk = encodeJwk(key)!;
    t.strictSame(Object.keys(jwk), members, name);
    t.same(jwk, await jose.exportJWK(key), name);
    t.ok(read(jwk).equals(key), `${name} comes back`);
  }
});

t.test('reads what jose writes, and jose reads what is written here', async (t) => {
  for (const alg of ['RS256', 'ES256', 'ES384', 'ES512']) {
    const { publicKey, privateKey } = await jose.generateKeyPair(alg, { extractable: true });
    const key = read(await jose.exportJWK(publicKey));
    const imported = await jose.importJWK({ ...encodeJwk(key), alg });
    const token = await new jose.CompactSign(Buffer.from('x'))
      .setProtectedHeader({ alg })
      .sign(privateKey);
    await t.resolves(jose.compactVerify(token, imported), alg);
  }
});

t.test('a coordinate with zeros in front keeps its width', (t) => {
  let key = p256.publicKey;
  const startsWithZero = ({ x = '' }: { x?: string }) => Buffer.from(x, 'base64url')[0] === 0;
  while (!startsWithZero(key.export({ format: 'jwk' }))) key = ec('P-256').publicKey;
  const jwk = encodeJwk(key)!;
  t.equal(jwk['x']!.length, 43);
  t.ok(read(jwk).equals(key));
  t.end();
});

t.test('has no JWK for other keys', (t) => {
  t.equal(encodeJwk(ec('secp256k1').publicKey), undefined);
  t.equal(encodeJwk(ec('P-224').publicKey), undefined);
  t.equal(encodeJwk(generateKeyPairSync('ed25519').publicKey), undefined);
  t.equal(encodeJwk(generateKeyPairSync('x25519').publicKey), undefined);
  const pss = generateKeyPairSync('rsa-pss', { modulusLength: 2048 });
  t.equal(encodeJwk(pss.publicKey), undefined);
  t.end();
});

t.test('TDB-12 BV-05 BV-09 refuses kinds of keys it does not know', (t) => {
  const okp = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' });
  const rows: readonly object[] = [
    { kty: 'AKP', alg: 'ML-DSA-65', pub: 'AAAA' },
    { kty: 'foo' },
    okp,
    { ...okp, crv: 'X25519' },
    { kty: 'EC', crv: 'secp256k1', x: ecJwk.x, y: ecJwk.y },
    { ...ecJwk, crv: 'p-256' },
    { ...ecJwk, crv: undefined },
    { ...ecJwk, crv: 256 },
    { ...ecJwk, kty: undefined },
    { ...ecJwk, kty: 'ec' },
    { ...ecJwk, kty: ['EC'] },
    { ...rsaJwk, kty: 'rsa' },
  ];
  for (const jwk of rows)
    t.throws(() => read(jwk), { code: 'PKI_JWK_KEY_TYPE' }, JSON.stringify(jwk));
  t.end();
});

t.test('BV-18 refuses every key whose secret was published', (t) => {
  const rows: readonly (readonly [name: string, jwk: object])[] = [
    ['EC private key', p256.privateKey.export({ format: 'jwk' })],
    ['RSA private key', rsa.privateKey.export({ format: 'jwk' })],
    ['symmetric key', { kty: 'oct', k: 'c2VjcmV0' }],
    ['d without a value', { ...ecJwk, d: null }],
    ...['p', 'q', 'dp', 'dq', 'qi', 'oth'].map(
      (name) => [name, { ...rsaJwk, [name]: 'AQ' }] as const,
    ),
  ];
  for (const [name, jwk] of rows) t.throws(() => read(jwk), { code: 'PKI_JWK_SECRET' }, name);
  const { d = '' } = p256.privateKey.export({ format: 'jwk' });
  const quoted = (error: unknown): boolean => String(error).includes(d);
  t.notOk(quoted(catchError(() => read({ ...ecJwk, d }))), 'the secret is not quoted');
  t.end();
});

t.test('refuses members that are no one key in its one spelling', (t) => {
  const { x, y } = ecJwk;
  const { n, e } = rsaJwk;
  const bytes = (text: string) => Buffer.from(text, 'base64url');
  const zero = (text: string) => Buffer.concat([Buffer.of(0), bytes(text)]).toString('base64url');
  const rows: readonly (readonly [name: string, jwk: object])[] = [
    ['x missing', { ...ecJwk, x: undefined }],
    ['y missing', { ...ecJwk, y: undefined }],
    ['x a number', { ...ecJwk, x: 7 }],
    ['x empty', { ...ecJwk, x: '' }],
    ['x short', { ...ecJwk, x: bytes(x).subarray(1).toString('base64url') }],
    ['x long', { ...ecJwk, x: zero(x) }],
    ['x padded', { ...ecJwk, x: `${x}=` }],
    ['x with a line end', { ...ecJwk, x: `${x}\n` }],
    ['off the curve', { ...ecJwk, y: x }],
    ['the other curve', { ...ecJwk, crv: 'P-384' }],
    ['the point at infinity', { ...ecJwk, x: 'A'.repeat(43), y: 'A'.repeat(43) }],
    ['n missing', { ...rsaJwk, n: undefined }],
    ['e missing', { ...rsaJwk, e: undefined }],
    ['e empty', { ...rsaJwk, e: '' }],
    ['e zero', { ...rsaJwk, e: 'AA' }],
    ['e with a zero in front', { ...rsaJwk, e: zero(e) }],
    ['n with a zero in front', { ...rsaJwk, n: zero(n) }],
    ['n of 8200 bits', { ...rsaJwk, n: Buffer.alloc(1025, 0xff).toString('base64url') }],
    ['y as a text of texts', { ...ecJwk, y: [y] }],
  ];
  for (const [name, jwk] of rows) t.throws(() => read(jwk), { code: 'PKI_JWK_MEMBER' }, name);
  t.end();
});

t.test('ignores what is not of the key', (t) => {
  const jwk = { use: 'sig', kid: 7, key_ops: 'x', alg: null, foo: { bar: [] }, ...ecJwk };
  t.ok(read(jwk).equals(p256.publicKey));
  t.end();
});

t.test('any object is a key that reads back, or refused with a code', (t) => {
  const value = fc.oneof(
    fc.constantFrom('EC', 'RSA', 'P-256', ecJwk.x, ecJwk.y, rsaJwk.n, rsaJwk.e),
    fc.base64String().map((text) => text.replaceAll('=', '')),
    fc.jsonValue(),
  );
  const jwk = fc.record(
    {
      kty: fc.constantFrom('EC', 'RSA', 'oct'),
      crv: value,
      x: value,
      y: value,
      n: value,
      e: value,
    },
    { requiredKeys: ['kty'] },
  );
  fc.assert(
    fc.property(jwk, (json) => {
      let key;
      try {
        key = read(json);
      } catch (error) {
        return /^PKI_JWK_/.test((error as { code: string }).code);
      }
      return read(encodeJwk(key)!).equals(key);
    }),
    { numRuns: 2000 },
  );
  t.end();
});
