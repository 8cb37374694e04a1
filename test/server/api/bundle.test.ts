import { status } from '@grpc/grpc-js';
import { createPublicKey } from 'node:crypto';
import { parseCertificate } from '@vouchsafe/pki/x509/certificate';
import t from 'tap';
import type { AppendBundleRequest } from '@vouchsafe/proto/gen/spire/api/server/bundle/v1/AppendBundleRequest';
import { makeAuthority, makeJwtAuthority } from '../../support/test-bundle.ts';
import { call, startTestServer } from '../../support/test-server.ts';

const server = await startTestServer(t);
const anonymous = server.tls('bundle');
const local = server.local('bundle');

t.test('BUNDLE-GET-01 anybody may read the trust bundle', async (t) => {
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

t.test('BUNDLE-GET-01 masked', async (t) => {
  const bundle = await call(local, local.GetBundle, { output_mask: { sequence_number: true } });
  t.match(bundle, { trust_domain: 'example.org', x509_authorities: [], jwt_authorities: [] });
  t.not(bundle.sequence_number, '0');
});

t.test('BUNDLE-FEDERATED-01 federated bundles: none yet', async (t) => {
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

t.test('BUNDLE-APPEND-01..02 more authorities of the own trust domain', async (t) => {
  const before = await call(local, local.GetBundle, {});
  const certificate = await makeAuthority();
  const jwt = makeJwtAuthority('another', { expiresAt: new Date('2036-01-01T00:00:00Z') });
  const more = {
    x509_authorities: [{ asn1: certificate.raw, tainted: true }],
    jwt_authorities: [
      { key_id: jwt.keyId, public_key: jwt.publicKeyInfo, expires_at: '2082758400' },
    ],
  };
  const after = await append(more);
  t.same(after.x509_authorities, [
    ...before.x509_authorities,
    { asn1: Buffer.from(certificate.raw), tainted: false },
  ]);
  t.match(after.jwt_authorities.at(-1), { key_id: 'another', expires_at: '2082758400' });
  t.equal(BigInt(after.sequence_number), BigInt(before.sequence_number) + 1n);
  t.strictSame(await call(anonymous, anonymous.GetBundle, {}), after);
  t.strictSame(await append(more), after, 'once is enough');
  const audited = server.log.filter(({ method }) => String(method).endsWith('AppendBundle'));
  t.match(audited[0], {
    type: 'audit',
    x509_authorities: [certificate.subjectKeyId],
    jwt_authorities: ['another'],
  });
  const rows: readonly (readonly [string, Parameters<typeof append>[0], RegExp])[] = [
    ['nothing', {}, /^no authorities to append$/],
    [
      'no certificate',
      { x509_authorities: [{ asn1: Buffer.from('malformed') }] },
      /^failed to convert X\.509 authority: /,
    ],
    [
      'two certificates in one',
      { x509_authorities: [{ asn1: Buffer.concat([certificate.raw, certificate.raw]) }] },
      /^failed to convert X\.509 authority: /,
    ],
    [
      'no key',
      { jwt_authorities: [{ key_id: 'x', public_key: Buffer.from('malformed') }] },
      /^failed to convert JWT authority: /,
    ],
    [
      'a key without ID',
      { jwt_authorities: [{ public_key: jwt.publicKeyInfo }] },
      /^failed to convert JWT authority: /,
    ],
    [
      'another key under an ID that is taken',
      { jwt_authorities: [{ key_id: 'another', public_key: makeJwtAuthority('x').publicKeyInfo }] },
      /^failed to append bundle: /,
    ],
  ];
  for (const [name, request, details] of rows) {
    await t.rejects(append(request), { code: status.INVALID_ARGUMENT, details }, name);
  }
  t.strictSame(await call(local, local.GetBundle, {}), after, 'as it was');
});

const append = (request: AppendBundleRequest) => call(local, local.AppendBundle, request);

t.test('HEALTH-CHECK-01 health', async (t) => {
  const health = server.local('health');
  t.match(await call(health, health.Check, {}), { status: 'SERVING' });
  await t.rejects(call(health, health.Check, { service: 'x' }), {
    code: status.INVALID_ARGUMENT,
    details: 'per-service health is not supported',
  });
  await t.rejects(call(health, health.List, {}), { code: status.UNIMPLEMENTED });
});
