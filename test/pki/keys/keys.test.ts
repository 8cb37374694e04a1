import { createHash, createPrivateKey, generateKeyPairSync, verify } from 'node:crypto';
import { subjectKeyId } from '@vouchsafe/pki/keys/key-id';
import { generateKeyPair, keyPairFromPkcs8 } from '@vouchsafe/pki/keys/key-pair';
import { KEY_TYPES } from '@vouchsafe/pki/keys/key-type';
import { encodePem, parsePem } from '@vouchsafe/pki/keys/pem';
import { importPublicKey, importVerificationKey } from '@vouchsafe/pki/keys/public-key';
import t from 'tap';
import { ecKey, rsaKey } from '../../support/test-ca.ts';

const data = Buffer.from('data');

t.test('a key of each type signs, and comes back from PKCS#8', async (t) => {
  for (const keyType of KEY_TYPES) {
    const { privateKey, signer } = await generateKeyPair(keyType);
    t.equal(signer.keyType, keyType);
    const again = keyPairFromPkcs8(privateKey.export({ type: 'pkcs8', format: 'der' }));
    t.strictSame(again.publicKeyInfo, signer.publicKeyInfo);
    t.equal(again.signer.keyType, keyType);
    const hash = keyType === 'ec-p384' ? 'sha384' : 'sha256';
    const key = importPublicKey(signer.publicKeyInfo);
    t.ok(verify(hash, data, key, await signer.sign(data)));
  }
});

t.test('private keys that are refused, without a word of them (T-27)', async (t) => {
  const secret = Buffer.from('a secret that is no key');
  t.throws(() => keyPairFromPkcs8(secret), { code: 'PKI_KEY_MALFORMED', cause: undefined });
  const { privateKey } = generateKeyPairSync('ed25519');
  const ed25519 = privateKey.export({ type: 'pkcs8', format: 'der' });
  t.throws(() => keyPairFromPkcs8(ed25519), { code: 'PKI_KEY_UNSUPPORTED' });
});

t.test('public keys', async (t) => {
  const ed25519 = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'der' });
  t.throws(() => importPublicKey(ed25519), { code: 'PKI_KEY_UNSUPPORTED' });
  t.throws(() => importPublicKey(Buffer.of(1)), { code: 'PKI_KEY_MALFORMED' });
  t.throws(() => importPublicKey(rsaKey(1024).publicKeyInfo), { code: 'PKI_KEY_WEAK' });
  const p521 = ecKey('P-521').publicKeyInfo;
  t.throws(() => importPublicKey(p521), { code: 'PKI_KEY_UNSUPPORTED' }, 'never certified');
  t.equal(importVerificationKey(p521).asymmetricKeyType, 'ec', 'but believed');
});

t.test('key IDs', async (t) => {
  const { publicKeyInfo } = ecKey();
  const point = publicKeyInfo.subarray(-65);
  t.strictSame(subjectKeyId(publicKeyInfo), createHash('sha1').update(point).digest());
  t.throws(() => subjectKeyId(Buffer.of(0x30, 0)), { code: 'PKI_DER_MALFORMED' });
});

t.test('PEM', async (t) => {
  const { privateKey } = ecKey();
  const der = privateKey.export({ type: 'pkcs8', format: 'der' });
  const pem = encodePem('PRIVATE KEY', der);
  t.equal(pem, privateKey.export({ type: 'pkcs8', format: 'pem' }), 'as OpenSSL writes it');
  t.ok(createPrivateKey(pem));
  t.strictSame(parsePem(`text\n${pem}${encodePem('OTHER', data)}${pem}`, 'PRIVATE KEY'), [
    der,
    der,
  ]);
  t.strictSame(parsePem('', 'X'), []);
  const malformed = [
    pem.replace('END PRIVATE', 'END PUBLIC'),
    pem.slice(0, 60),
    pem.replace('\nM', '\n*'),
    pem.replace(/=*\n-----END/, '!\n-----END'),
  ];
  for (const text of malformed)
    t.throws(() => parsePem(text, 'PRIVATE KEY'), { code: 'PKI_PEM_MALFORMED' });
  t.throws(() => parsePem('x'.repeat((4 << 20) + 1), 'X'), { code: 'PKI_PEM_TOO_LARGE' });
});
