import t from 'tap';
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { JwtAuthority } from '@vouchsafe/pki/jwt/jwt-authority';
import { makeTestKey } from '../../support/test-jwt.ts';

const { publicKeyInfo } = makeTestKey();
const expiresAt = new Date('2026-06-01T00:00:00Z');

t.test('keeps what it was made of', (t) => {
  const authority = JwtAuthority.of({ keyId: 'k', publicKeyInfo });
  t.match(authority, { keyId: 'k', publicKeyInfo, tainted: false });
  t.equal(authority.expiresAt, undefined);
  t.equal(authority.algorithm, undefined);
  t.throws(() => JwtAuthority.of({ keyId: '', publicKeyInfo }), { code: 'PKI_JWS_KEY_ID' });
  t.end();
});

t.test('imports its key once', (t) => {
  const authority = JwtAuthority.of({ keyId: 'k', publicKeyInfo });
  t.ok(authority.isUsable);
  t.equal(authority.publicKey, authority.publicKey);
  const expected = createPublicKey({
    key: Buffer.from(publicKeyInfo),
    format: 'der',
    type: 'spki',
  });
  t.ok(authority.publicKey.equals(expected));
  t.end();
});

t.test('knows when its bytes are no key that JWT-SVIDs may be signed with', (t) => {
  const spki = { format: 'der', type: 'spki' } as const;
  const rows: readonly (readonly [name: string, publicKeyInfo: Uint8Array])[] = [
    ['none', new Uint8Array()],
    ['rubbish', Buffer.from('rubbish')],
    ['a key that is cut off', publicKeyInfo.subarray(0, -1)],
    ['Ed25519', generateKeyPairSync('ed25519').publicKey.export(spki)],
    [
      'RSA of 1024 bits',
      generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export(spki),
    ],
    ['secp256k1', generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey.export(spki)],
  ];
  for (const [name, bytes] of rows) {
    const authority = JwtAuthority.of({ keyId: 'k', publicKeyInfo: bytes });
    t.notOk(authority.isUsable, name);
    t.throws(() => authority.publicKey, { code: 'PKI_JWT_AUTHORITY_KEY' }, name);
  }
  t.end();
});

t.test('compares the key, and what is said of its life', (t) => {
  const fields = { keyId: 'k', publicKeyInfo, expiresAt };
  const authority = JwtAuthority.of(fields);
  const rows: readonly (readonly [
    name: string,
    other: Parameters<typeof JwtAuthority.of>[0],
    same: { key: boolean; all: boolean },
  ])[] = [
    [
      'a copy',
      { ...fields, publicKeyInfo: Uint8Array.from(publicKeyInfo) },
      { key: true, all: true },
    ],
    ['tainted', { ...fields, tainted: true }, { key: true, all: false }],
    ['another end', { ...fields, expiresAt: new Date(0) }, { key: true, all: false }],
    ['no end', { ...fields, expiresAt: undefined }, { key: true, all: false }],
    ['an algorithm', { ...fields, algorithm: 'ES256' }, { key: true, all: false }],
    ['another ID', { ...fields, keyId: 'K' }, { key: false, all: false }],
    ['another key', { ...fields, ...makeTestKey() }, { key: false, all: false }],
  ];
  for (const [name, other, { key, all }] of rows) {
    t.equal(authority.hasSameKey(JwtAuthority.of(other)), key, name);
    t.equal(authority.equals(JwtAuthority.of(other)), all, name);
  }
  t.end();
});
