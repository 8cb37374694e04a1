import { X509Certificate } from 'node:crypto';
import { TrustBundle } from '@vouchsafe/pki/bundle/trust-bundle';
import { generateKeyPair } from '@vouchsafe/pki/keys/key-pair';
import { KEY_TYPES } from '@vouchsafe/pki/keys/key-type';
import t from 'tap';
import { x509Authorities } from '../../../server/ca/x509-authority.ts';
import { TRUST_DOMAIN } from '../../support/server-entries.ts';

const issuedAt = new Date('2026-01-01T00:00:00Z');
const expiresAt = new Date('2026-01-02T00:00:00Z');
const { signer } = await generateKeyPair('ec-p256');
const init = { trustDomain: TRUST_DOMAIN, signer, issuedAt, expiresAt };
const authority = await x509Authorities.create(init);
const stored = { ...authority, kind: 'x509', slot: 'A', status: 'active' } as const;

for (const keyType of KEY_TYPES) {
  t.test(`of a key of type ${keyType} (S-CA-12), as OpenSSL reads it`, async (t) => {
    const pair = await generateKeyPair(keyType);
    const { certificate, authorityId } = await x509Authorities.create({
      ...init,
      signer: pair.signer,
    });
    const read = new X509Certificate(certificate.raw);
    t.ok(read.ca);
    t.ok(read.verify(read.publicKey), 'self-signed');
    t.ok(read.checkPrivateKey(pair.privateKey));
    t.equal(read.subjectAltName, 'URI:spiffe://example.org');
    t.equal(Date.parse(read.validFrom), issuedAt.getTime() - 10_000, 'ten seconds early');
    t.equal(Date.parse(read.validTo), expiresAt.getTime());
    t.match(read.subject, new RegExp(`serialNumber=${certificate.serialNumber}`));
    t.equal(certificate.subjectKeyId, authorityId);
  });
}

t.test(
  'two authorities have different subjects, so that verifiers find the right one',
  async (t) => {
    const { certificate } = await x509Authorities.create(init);
    t.notSame(certificate.subject, authority.certificate.subject);
  },
);

t.test('is restored with its own key only', async (t) => {
  t.strictSame(x509Authorities.restore(stored, signer), authority);
  const other = await generateKeyPair('ec-p256');
  t.equal(x509Authorities.restore(stored, other.signer), undefined);
});

t.test('is published once', async (t) => {
  const bundle = x509Authorities.publish(TrustBundle.empty(TRUST_DOMAIN), authority);
  t.strictSame(bundle.x509Authorities, [{ certificate: authority.certificate, tainted: false }]);
  t.strictSame(bundle.jwtAuthorities, []);
  t.equal(x509Authorities.publish(bundle, authority), bundle);
});
