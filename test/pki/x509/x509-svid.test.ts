import { X509Svid } from '@vouchsafe/pki/x509/x509-svid';
import t from 'tap';
import {
  ecKey,
  intermediate,
  keyUsage,
  root,
  svid,
  svidExtensions,
} from '../../support/test-ca.ts';

const ROOT = root();
const MIDDLE = intermediate(ROOT);
const OWN = svid(MIDDLE);
const chain = Buffer.concat([OWN.certificate.raw, MIDDLE.certificate.raw]);
const pkcs8 = OWN.privateKey.export({ type: 'pkcs8', format: 'der' });

t.test('a chain and its key', async (t) => {
  const own = X509Svid.parse(chain, pkcs8);
  t.equal(own.spiffeId.toString(), 'spiffe://example.org/workload');
  t.equal(own.chain.length, 2);
  t.strictSame(Buffer.from(own.chainDer()), chain);
  t.strictSame(Buffer.from(own.privateKeyDer()), pkcs8);
  t.equal(own.chainPem().match(/BEGIN CERTIFICATE/g)?.length, 2);
  t.match(own.privateKeyPem(), /BEGIN PRIVATE KEY/);
  t.strictSame(own.notAfter, OWN.certificate.notAfter);
  t.throws(() => (own.chain as unknown[]).push(ROOT), TypeError, 'immutable');
});

t.test('refused', async (t) => {
  const other = ecKey().privateKey.export({ type: 'pkcs8', format: 'der' });
  t.throws(() => X509Svid.parse(chain, other), { code: 'PKI_SVID_KEY_MISMATCH' });
  t.throws(() => X509Svid.parse(Buffer.alloc(0), pkcs8), { code: 'PKI_SVID_CHAIN_EMPTY' });
  t.throws(() => X509Svid.parse(chain, Buffer.from('x')), { code: 'PKI_KEY_MALFORMED' });
  const rootKey = ROOT.privateKey.export({ type: 'pkcs8', format: 'der' });
  t.throws(() => X509Svid.parse(ROOT.certificate.raw, rootKey), { code: 'PKI_SVID_ID' });
  const unusable = svid(ROOT, { extensions: svidExtensions({ usage: keyUsage([2]) }) });
  const key = unusable.privateKey.export({ type: 'pkcs8', format: 'der' });
  t.throws(
    () => X509Svid.parse(unusable.certificate.raw, key),
    { code: 'PKI_SVID_KEY_USAGE' },
    'XV-21',
  );
});
