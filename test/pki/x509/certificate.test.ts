import { PkiError } from '@vouchsafe/pki/errors';
import { element, explicit, integer, sequence } from '@vouchsafe/pki/der/writer';
import { Certificate, parseCertificate, parseCertificates } from '@vouchsafe/pki/x509/certificate';
import fc from 'fast-check';
import t from 'tap';
import { readByLibrary } from '../../support/x509-oracle.ts';
import {
  certifyDer,
  ecKey,
  extension,
  rsaKey,
  root,
  svid,
  svidExtensions,
  altNames,
  dns,
  uri,
  intermediate,
} from '../../support/test-ca.ts';

const ROOT = root();
const { raw } = svid(ROOT).certificate;

t.test('reads what another library reads', async (t) => {
  const samples = [
    ROOT,
    svid(ROOT),
    intermediate(ROOT),
    svid(ROOT, { key: rsaKey(2048), serialNumber: 2n ** 150n }),
    svid(ROOT, {
      extensions: svidExtensions({ names: altNames(dns('a.b'), uri('spiffe://example.org/x')) }),
    }),
    svid(ROOT, { notAfter: new Date('2051-06-01T00:00:00Z') }),
  ];
  for (const { certificate } of samples) {
    const theirs = readByLibrary(certificate.raw);
    t.equal(certificate.serialNumber, theirs.serialNumber);
    t.strictSame(certificate.notBefore, theirs.notBefore);
    t.strictSame(certificate.notAfter, theirs.notAfter);
    t.equal(Buffer.from(certificate.publicKeyInfo).toString('hex'), theirs.publicKeyInfo);
    t.equal(certificate.isCa, theirs.isCa === true);
    t.strictSame(
      certificate.extensions.map(({ oid, critical }) => `${oid}${critical ? ' critical' : ''}`),
      theirs.extensions,
    );
    const names = [
      ...certificate.dnsNames.map((name) => `dns:${name}`),
      ...certificate.uriNames.map((name) => `url:${name}`),
    ];
    t.strictSame(names, theirs.names);
  }
});

t.test('equality and signatures', async (t) => {
  const certificate = parseCertificate(raw);
  t.ok(certificate.equals(parseCertificate(raw)));
  t.notOk(certificate.equals(ROOT.certificate));
  t.ok(certificate.isSignedBy(ROOT.certificate));
  t.notOk(certificate.isSignedBy(root().certificate));
  t.ok(ROOT.certificate.isSelfIssued());
});

t.test('refused', async (t) => {
  const doubled = certifyDer({
    key: ecKey(),
    extensions: [...svidExtensions(), extension('2.5.29.17', sequence(), 'not critical')],
  });
  const v1 = Buffer.from(raw);
  const version = v1.indexOf(explicit(0, integer(2n)));
  v1[version + 4] = 0;
  const rows: readonly [string, Uint8Array, string][] = [
    ['XV-30 bytes behind it', Buffer.concat([raw, Buffer.of(0)]), 'PKI_DER_MALFORMED'],
    ['cut short', raw.subarray(0, -1), 'PKI_DER_MALFORMED'],
    ['nothing', Buffer.alloc(0), 'PKI_DER_MALFORMED'],
    ['an empty sequence', sequence(), 'PKI_DER_MALFORMED'],
    ['version 1', v1, 'PKI_X509_VERSION'],
    ['an extension twice', doubled, 'PKI_X509_EXTENSION_DUPLICATE'],
    ['too large', Buffer.alloc(70_000, 0x30), 'PKI_X509_TOO_LARGE'],
  ];
  for (const [name, der, code] of rows) t.throws(() => parseCertificate(der), { code }, name);
});

t.test('certificates one behind the other', async (t) => {
  t.strictSame(parseCertificates(Buffer.alloc(0)), []);
  const both = parseCertificates(Buffer.concat([raw, ROOT.certificate.raw]));
  t.strictSame(
    both.map((certificate) => certificate instanceof Certificate),
    [true, true],
  );
  t.ok(both[1]?.equals(ROOT.certificate));
  t.throws(() => parseCertificates(Buffer.concat([raw, Buffer.of(1)])), {
    code: 'PKI_DER_MALFORMED',
  });
});

t.test('T-22: whatever the bytes, a certificate or a PkiError, and fast', async (t) => {
  const parse = (der: Uint8Array): void => {
    try {
      parseCertificate(der);
    } catch (error) {
      if (!(error instanceof PkiError)) throw error;
    }
  };
  fc.assert(fc.property(fc.uint8Array({ maxLength: 512 }), parse), { numRuns: 2000 });
  const mutation = fc.record({ at: fc.nat(raw.length - 1), value: fc.nat(255) });
  fc.assert(
    fc.property(fc.array(mutation, { minLength: 1, maxLength: 4 }), (mutations) => {
      const mutated = Buffer.from(raw);
      for (const { at, value } of mutations) mutated[at] = value;
      parse(mutated);
    }),
    { numRuns: 3000 },
  );
  let nested: Buffer = Buffer.of(0x30, 0);
  for (let i = 0; i < 10_000 && nested.length < 60_000; i++) nested = sequence(nested);
  const wide = sequence(...Array.from({ length: 9000 }, () => element(0x05)));
  const started = performance.now();
  parse(nested);
  parse(wide);
  t.ok(performance.now() - started < 100);
});
