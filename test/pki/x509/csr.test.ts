import { execFileSync } from 'node:child_process';
import { sign } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateKeyPair } from '@vouchsafe/pki/keys/key-pair';
import { KEY_TYPES } from '@vouchsafe/pki/keys/key-type';
import { bitString, explicit, integer, oid, sequence, set } from '@vouchsafe/pki/der/writer';
import { PkiError } from '@vouchsafe/pki/errors';
import { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import { createCsr, parseCsr, verifyCsr } from '@vouchsafe/pki/x509/csr';
import fc from 'fast-check';
import t from 'tap';
import { temporaryDirectory } from '../../support/socket-path.ts';
import { altNames, ecKey, nameOf, rsaKey, uri } from '../../support/test-ca.ts';
import type { TestKeyPair } from '../../support/test-ca.ts';

const spiffeId = SpiffeId.parse('spiffe://example.org/workload');
const key = await generateKeyPair('ec-p256');
const csr = Buffer.from(await createCsr({ signer: key.signer, spiffeId, dnsNames: ['a.b'] }));

const ECDSA_SHA256 = sequence(oid('1.2.840.10045.4.3.2'));
const ECDSA_SHA1 = sequence(oid('1.2.840.10045.4.1'));
const RSA_SHA256 = sequence(oid('1.2.840.113549.1.1.11'), Buffer.of(5, 0));
const request = (names: Buffer): Buffer =>
  sequence(oid('1.2.840.113549.1.9.14'), set(sequence(names)));

interface Parts {
  readonly key?: TestKeyPair;
  readonly version?: bigint;
  readonly attributes?: readonly Buffer[];
  readonly algorithm?: Buffer;
  readonly hash?: string;
}

/** A request made of exactly these parts. */
function make({ key: pair = ecKey(), version = 0n, attributes = [], ...rest }: Parts): Buffer {
  const { algorithm = ECDSA_SHA256, hash = 'sha256' } = rest;
  const body = sequence(
    integer(version),
    nameOf('x'),
    pair.publicKeyInfo,
    explicit(0, ...attributes),
  );
  return sequence(body, algorithm, bitString(sign(hash, body, pair.privateKey)));
}

t.test('what we make, we and OpenSSL read', async (t) => {
  for (const keyType of KEY_TYPES) {
    const { signer } = await generateKeyPair(keyType);
    const der = await createCsr({ signer, spiffeId, dnsNames: ['a.b'] });
    const parsed = parseCsr(der);
    t.strictSame(parsed.uriNames, ['spiffe://example.org/workload']);
    t.strictSame(parsed.dnsNames, ['a.b']);
    t.strictSame(parsed.publicKeyInfo, signer.publicKeyInfo);
    await t.resolves(verifyCsr(parsed));
    const args = ['req', '-inform', 'der', '-verify', '-noout', '-text'];
    const text = execFileSync('openssl', args, { input: der, stdio: ['pipe', 'pipe', 'pipe'] });
    t.match(text.toString(), /URI:spiffe:\/\/example\.org\/workload/);
  }
  const bare = parseCsr(await createCsr({ signer: key.signer }));
  t.strictSame([bare.uriNames, bare.dnsNames], [[], []]);
});

t.test('what OpenSSL makes, we read', async (t) => {
  const config = join(temporaryDirectory(t), 'config');
  writeFileSync(config, '[req]\ndistinguished_name=dn\n[dn]\n');
  const args = [
    'req',
    '-new',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-keyout',
    '/dev/null',
    '-subj',
    '/C=US',
    '-addext',
    'subjectAltName=URI:spiffe://example.org/x',
    '-outform',
    'der',
    '-config',
    config,
  ];
  const der = execFileSync('openssl', args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const parsed = parseCsr(der);
  t.strictSame(parsed.uriNames, ['spiffe://example.org/x']);
  await t.resolves(verifyCsr(parsed));
});

t.test('refused', async (t) => {
  const names = request(altNames(uri('spiffe://example.org/x')));
  const rows: readonly [string, Uint8Array, string][] = [
    ['T-22 more than 8 KiB', Buffer.concat([csr, Buffer.alloc(8192)]), 'PKI_CSR_TOO_LARGE'],
    ['bytes behind it', Buffer.concat([csr, Buffer.of(0)]), 'PKI_DER_MALFORMED'],
    ['cut short', csr.subarray(0, -1), 'PKI_DER_MALFORMED'],
    ['another version', make({ version: 1n }), 'PKI_CSR_VERSION'],
    ['two requests for extensions', make({ attributes: [names, names] }), 'PKI_DER_MALFORMED'],
    ['RSA of 1024 bits', make({ key: rsaKey(1024), algorithm: RSA_SHA256 }), 'PKI_KEY_WEAK'],
    ['a curve that is not certified', make({ key: ecKey('P-521') }), 'PKI_KEY_UNSUPPORTED'],
    ['another curve', make({ key: ecKey('secp256k1') }), 'PKI_KEY_UNSUPPORTED'],
  ];
  for (const [name, der, code] of rows) t.throws(() => parseCsr(der), { code }, name);
});

t.test('a signature that is not of its own key', async (t) => {
  const flipped = Buffer.from(csr);
  flipped[flipped.length - 1]! ^= 1;
  await t.rejects(verifyCsr(parseCsr(flipped)), { code: 'PKI_CSR_SIGNATURE' });
  const other = ecKey();
  const stolen = { privateKey: other.privateKey, publicKeyInfo: ecKey().publicKeyInfo };
  await t.rejects(
    verifyCsr(parseCsr(make({ key: stolen }))),
    { code: 'PKI_CSR_SIGNATURE' },
    'a key seen elsewhere',
  );
  const sha1 = make({ algorithm: ECDSA_SHA1, hash: 'sha1' });
  await t.rejects(verifyCsr(parseCsr(sha1)), { code: 'PKI_CSR_SIGNATURE' }, 'SHA-1');
  const crossed = make({ algorithm: RSA_SHA256 });
  await t.rejects(
    verifyCsr(parseCsr(crossed)),
    { code: 'PKI_CSR_SIGNATURE' },
    'another kind of key',
  );
});

t.test('other attributes are passed over', async (t) => {
  const challenge = sequence(oid('1.2.840.113549.1.9.7'), set(Buffer.of(0x0c, 1, 0x78)));
  t.strictSame(parseCsr(make({ attributes: [challenge] })).uriNames, []);
});

t.test('T-22: whatever the bytes, a request or a PkiError', async (t) => {
  const mutation = fc.record({ at: fc.nat(csr.length - 1), value: fc.nat(255) });
  fc.assert(
    fc.property(fc.array(mutation, { minLength: 1, maxLength: 4 }), (mutations) => {
      const mutated = Buffer.from(csr);
      for (const { at, value } of mutations) mutated[at] = value;
      try {
        parseCsr(mutated);
      } catch (error) {
        if (!(error instanceof PkiError)) throw error;
      }
    }),
    { numRuns: 3000 },
  );
  t.pass('nothing else was thrown');
});
