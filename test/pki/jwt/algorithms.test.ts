import t from 'tap';
import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import {
  ALGORITHM_OF_KEY_TYPE,
  findJwsAlgorithm,
  fitsKey,
  isJwsKey,
} from '@vouchsafe/pki/jwt/algorithms';
import { KEY_TYPES } from '@vouchsafe/pki/keys/key-type';

const RSA = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'];
const ALL = [...RSA, 'ES256', 'ES384', 'ES512'];

const ec = (namedCurve: string): KeyObject => generateKeyPairSync('ec', { namedCurve }).publicKey;
const rsa = (modulusLength: number): KeyObject =>
  generateKeyPairSync('rsa', { modulusLength }).publicKey;

/** A key that nobody could make an honest signature with; only its numbers count here. */
function rsaOf(modulusBytes: number, exponent: readonly number[]): KeyObject {
  const n = Buffer.alloc(modulusBytes, 0xff).toString('base64url');
  const e = Buffer.from(exponent).toString('base64url');
  return createPublicKey({ key: { kty: 'RSA', n, e }, format: 'jwk' });
}

t.test('JWT-03 knows RS, PS and ES with 256, 384 and 512 bits', (t) => {
  for (const name of ALL) t.equal(findJwsAlgorithm(name)?.name, name);
  t.end();
});

t.test('JWT-04 JV-05 JV-06 knows no other, however it is spelled', (t) => {
  const others = ['none', 'HS256', 'HS384', 'HS512', 'EdDSA', 'Ed25519', 'ES256K', 'ML-DSA-65'];
  const misspelled = ['es256', 'ES256 ', '', 'constructor', '__proto__', undefined, null, 256];
  for (const name of [...others, ...misspelled, ['ES256'], { name: 'ES256' }])
    t.equal(findJwsAlgorithm(name), undefined, JSON.stringify(name));
  t.end();
});

t.test('JV-23 fits each algorithm to its kind of key and curve only', (t) => {
  const rows: readonly (readonly [name: string, key: KeyObject, algorithms: readonly string[]])[] =
    [
      ['P-256', ec('P-256'), ['ES256']],
      ['P-384', ec('P-384'), ['ES384']],
      ['P-521', ec('P-521'), ['ES512']],
      ['secp256k1', ec('secp256k1'), []],
      ['RSA of 2048 bits', rsa(2048), RSA],
      ['Ed25519', generateKeyPairSync('ed25519').publicKey, []],
      ['RSA-PSS', generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).publicKey, []],
    ];
  for (const [name, key, algorithms] of rows) {
    t.strictSame(
      ALL.filter((candidate) => fitsKey(findJwsAlgorithm(candidate)!, key)),
      algorithms,
      name,
    );
    t.equal(isJwsKey(key), algorithms.length > 0, name);
  }
  t.end();
});

t.test('takes no RSA key that is weak or makes every check slow', (t) => {
  const rows: readonly (readonly [name: string, key: KeyObject, isTaken: boolean])[] = [
    ['1024 bits', rsa(1024), false],
    ['2047 bits', rsa(2047), false],
    ['8192 bits', rsaOf(1024, [1, 0, 1]), true],
    ['8200 bits', rsaOf(1025, [1, 0, 1]), false],
    ['exponent 1, with which everybody signs', rsaOf(256, [1]), false],
    ['exponent 3', rsaOf(256, [3]), true],
    ['exponent of 32 bits', rsaOf(256, [0x80, 0, 0, 1]), false],
  ];
  for (const [name, key, isTaken] of rows) t.equal(isJwsKey(key), isTaken, name);
  t.end();
});

t.test('JWT-03 every key type that can be configured has an algorithm', (t) => {
  const bits = { 'ec-p256': 'P-256', 'ec-p384': 'P-384', 'rsa-2048': 2048, 'rsa-4096': 4096 };
  for (const type of KEY_TYPES) {
    const size = bits[type];
    const key = typeof size === 'string' ? ec(size) : rsa(size);
    t.ok(fitsKey(findJwsAlgorithm(ALGORITHM_OF_KEY_TYPE[type])!, key), type);
  }
  t.end();
});
