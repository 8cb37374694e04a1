import { status } from '@grpc/grpc-js';
import { createPublicKey } from 'node:crypto';
import { parseCertificate } from '@vouchsafe/pki/x509/certificate';
import t from 'tap';
import { call, startTestServer } from '../../support/test-server.ts';

const server = await startTestServer(t);
const anonymous = server.tls('bundle');
const local = server.local('bundle');

t.test('anybody may read the trust bundle', async (t) => {
  const bundle = await call(anonymous, anonymous.GetBundle, {});
  t.match(bundle, {
    trust_domain: 'example.org',
    refresh_hint: '0',
    sequence_number: /^[1-9]\d*$/,
  });
  const root = parseCertificate(bundle.x509_authorities[0]!.asn1);
  t.ok(root.isCa && root.isSignedBy(root));
  t.strictSame(root.uriNames, ['spiffe://example.org'], 'SV-01 SV-02 SV-03 X509-07 X509-08');
  const [jwt] = bundle.jwt_authorities;
  t.match(jwt, { key_id: /^[A-Za-z0-9]{32}$/, expires_at: /^\d{10}$/, tainted: false });
  const key = createPublicKey({ key: jwt!.public_key, format: 'der', type: 'spki' });
  t.equal(key.asymmetricKeyType, 'ec');
  t.strictSame(await call(anonymous, anonymous.GetBundle, {}), bundle, 'the same until it changes');
});

t.test('masked', async (t) => {
  const bundle = await call(local, local.GetBundle, { output_mask: { sequence_number: true } });
  t.match(bundle, { trust_domain: 'example.org', x509_authorities: [], jwt_authorities: [] });
  t.not(bundle.sequence_number, '0');
});

t.test('federated bundles: none yet', async (t) => {
  const get = (trust_domain: string) => call(local, local.GetFederatedBundle, { trust_domain });
  await t.rejects(get('other.org'), { code: status.NOT_FOUND, details: 'bundle not found' });
  await t.rejects(get('spiffe://other.org'), { code: status.NOT_FOUND });
  await t.rejects(get('A B'), {
    code: status.INVALID_ARGUMENT,
    details: /^trust domain argument is not valid/,
  });
  await t.rejects(get('example.org'), {
    code: status.INVALID_ARGUMENT,
    details: "getting a federated bundle for the server's own trust domain is not allowed",
  });
});

t.test('what is not there yet says so, to those who may ask', async (t) => {
  await t.rejects(call(local, local.CountBundles, {}), { code: status.UNIMPLEMENTED });
  await t.rejects(call(anonymous, anonymous.CountBundles, {}), { code: status.PERMISSION_DENIED });
});

t.test('health', async (t) => {
  const health = server.local('health');
  t.match(await call(health, health.Check, {}), { status: 'SERVING' });
  await t.rejects(call(health, health.Check, { service: 'x' }), {
    code: status.INVALID_ARGUMENT,
    details: 'per-service health is not supported',
  });
  await t.rejects(call(health, health.List, {}), { code: status.UNIMPLEMENTED });
});
