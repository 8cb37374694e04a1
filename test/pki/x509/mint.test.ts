import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateKeyPair } from '@vouchsafe/pki/keys/key-pair';
import { KEY_TYPES } from '@vouchsafe/pki/keys/key-type';
import { encodePem } from '@vouchsafe/pki/keys/pem';
import { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import { TrustDomain } from '@vouchsafe/pki/trust-domain';
import { secondOpinion } from '@vouchsafe/pki/x509/asn1-backend';
import { parseCertificate } from '@vouchsafe/pki/x509/certificate';
import { mintAuthority, mintX509Svid } from '@vouchsafe/pki/x509/mint';
import { newSerialNumber } from '@vouchsafe/pki/x509/serial';
import { verifyX509Svid } from '@vouchsafe/pki/x509/verify';
import t from 'tap';
import { isSignedByLibrary, readByLibrary } from '../../support/x509-oracle.ts';

const directory = mkdtempSync(join(tmpdir(), 'vs-mint-'));
t.teardown(() => rmSync(directory, { recursive: true }));

const trustDomain = TrustDomain.of('example.org');
const spiffeId = SpiffeId.parse('spiffe://example.org/workload');
const now = new Date(Math.floor(Date.parse('2026-01-01T00:00:00Z') / 1000) * 1000);
const validity = { notBefore: now, notAfter: new Date(now.getTime() + 3_600_000) };

async function authorityOf(keyType: (typeof KEY_TYPES)[number]) {
  const { signer } = await generateKeyPair(keyType);
  const serialNumber = newSerialNumber();
  const der = await mintAuthority({ trustDomain, signer, serialNumber, ...validity });
  return { certificate: parseCertificate(der), signer, der, serialNumber };
}

const key = await generateKeyPair('ec-p256');
const EC = await authorityOf('ec-p256');

function openssl(args: string[], files: Record<string, Uint8Array>): string {
  for (const [name, der] of Object.entries(files)) {
    writeFileSync(join(directory, name), encodePem('CERTIFICATE', der));
  }
  return execFileSync('openssl', args, { cwd: directory, encoding: 'utf8' });
}

t.test(
  'an X509-SVID of every kind of authority, as @peculiar/x509 and OpenSSL see it',
  async (t) => {
    for (const keyType of KEY_TYPES) {
      const issuer = keyType === 'ec-p256' ? EC : await authorityOf(keyType);
      const serialNumber = newSerialNumber();
      const der = await mintX509Svid({
        spiffeId,
        publicKeyInfo: key.publicKeyInfo,
        dnsNames: ['web.example', '*.web.example'],
        serialNumber,
        issuer,
        ...validity,
      });
      t.match(
        readByLibrary(der),
        {
          serialNumber,
          subject: 'C=US, O=SPIRE, CN=web.example',
          ...validity,
          publicKeyInfo: Buffer.from(key.publicKeyInfo).toString('hex'),
          // What must be there, and what must be critical.
          extensions: [
            '2.5.29.15 critical',
            '2.5.29.37',
            '2.5.29.19 critical',
            '2.5.29.14',
            '2.5.29.35',
            '2.5.29.17',
          ],
          extendedKeyUsages: ['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2'],
          isCa: false,
          subjectKeyId: /^[0-9a-f]{40}$/,
          authorityKeyId: issuer.certificate.subjectKeyId,
          names: ['dns:web.example', 'dns:*.web.example', 'url:spiffe://example.org/workload'],
        },
        `X509-01 X509-03 X509-13 X509-15 X509-17 X509-20 X509-21 by ${keyType}`,
      );
      t.ok(await isSignedByLibrary(der, issuer.der), `${keyType}: signature, by the library`);
      const time = String(now.getTime() / 1000 + 1);
      const verdict = openssl(
        ['verify', '-x509_strict', '-attime', time, '-CAfile', 'ca.pem', 'leaf.pem'],
        { 'ca.pem': issuer.der, 'leaf.pem': der },
      );
      t.match(verdict, 'leaf.pem: OK', `${keyType}: chain, by OpenSSL`);
      const proven = verifyX509Svid({
        chain: [parseCertificate(der)],
        authorities: () => [issuer.certificate],
        now,
      });
      t.equal(proven.toString(), spiffeId.toString());
    }
  },
);

t.test('OpenSSL reads the key usages that are meant', async (t) => {
  const serialNumber = newSerialNumber();
  const request = { spiffeId, publicKeyInfo: key.publicKeyInfo, serialNumber, issuer: EC };
  const leaf = await mintX509Svid({ ...request, ...validity });
  const text = openssl(['x509', '-in', 'leaf.pem', '-noout', '-text'], { 'leaf.pem': leaf });
  t.match(
    text,
    /X509v3 Key Usage: critical\n +Digital Signature, Key Encipherment, Key Agreement\n/,
    'X509-18 X509-19',
  );
  t.match(text, /TLS Web Server Authentication, TLS Web Client Authentication/);
  t.match(text, /Subject: C ?= ?US, O ?= ?SPIRE\n/, 'no common name without DNS names');
  const ca = openssl(['x509', '-in', 'ca.pem', '-noout', '-text'], { 'ca.pem': EC.der });
  t.match(ca, /X509v3 Key Usage: critical\n +Certificate Sign, CRL Sign\n/, 'X509-16');
  t.match(ca, /X509v3 Basic Constraints: critical\n +CA:TRUE\n/, 'X509-06 X509-13');
});

t.test(
  'X509-32 an authority is an SVID of its trust domain, and named like no other',
  async (t) => {
    const read = readByLibrary(EC.der);
    t.strictSame(read.names, ['url:spiffe://example.org'], 'SV-01 SV-02 SV-03 X509-07 X509-09');
    t.match(read.subject, String(EC.serialNumber));
    t.equal(read.subject, read.issuer);
    t.equal(read.authorityKeyId, undefined);
    t.strictSame(read.extendedKeyUsages, [], 'X509-22');
    t.match(await secondOpinion(EC.der), {
      isCa: true,
      isSelfSigned: true,
      signsCertificates: true,
      uriNames: ['spiffe://example.org'],
      notAfter: validity.notAfter,
    });
  },
);

t.test(
  'a subject of the client’s own, with the common name that belongs to the DNS name',
  async (t) => {
    const subject = parseCertificate(EC.der).subject;
    const minted = async (dnsNames: string[]): Promise<string> => {
      const request = { spiffeId, publicKeyInfo: key.publicKeyInfo, issuer: EC, subject, dnsNames };
      return readByLibrary(await mintX509Svid({ ...request, serialNumber: 1n, ...validity }))
        .subject;
    };
    t.notMatch(await minted([]), 'CN=');
    t.match(await minted(['a.b']), /O=SPIFFE.*CN=a\.b$/);
  },
);

t.test('X509-05 no SVID has an empty subject, whatever is asked for', async (t) => {
  const request = { spiffeId, publicKeyInfo: key.publicKeyInfo, issuer: EC, serialNumber: 1n };
  const subject = Buffer.of(0x30, 0);
  for (const [dnsNames, expected] of [
    [[], 'C=US, O=SPIRE'],
    [['a.b'], 'C=US, O=SPIRE, CN=a.b'],
  ] as const) {
    const der = await mintX509Svid({ ...request, ...validity, subject, dnsNames });
    t.equal(readByLibrary(der).subject, expected);
  }
});

t.test('what is never minted', async (t) => {
  const request = {
    spiffeId,
    publicKeyInfo: key.publicKeyInfo,
    serialNumber: 1n,
    issuer: EC,
    ...validity,
  };
  const domain = SpiffeId.parse('spiffe://example.org');
  await t.rejects(
    mintX509Svid({ ...request, spiffeId: domain }),
    { code: 'PKI_SPIFFE_ID_PATH_MISSING' },
    'X509-04',
  );
  await t.rejects(mintX509Svid({ ...request, dnsNames: ['ä.example'] }), TypeError);
  await t.rejects(mintX509Svid({ ...request, publicKeyInfo: Buffer.of(1) }), {
    code: 'PKI_DER_MALFORMED',
  });
});

t.test('serial numbers are positive, of at most 128 bits, and never twice', async (t) => {
  const serials = Array.from({ length: 1000 }, newSerialNumber);
  t.equal(new Set(serials).size, serials.length, 'XV-29');
  t.ok(serials.every((serial) => serial > 0n && serial < 2n ** 128n));
});
