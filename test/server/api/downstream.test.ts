import { status } from '@grpc/grpc-js';
import { generateKeyPair } from '@vouchsafe/pki/keys/key-pair';
import { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import { parseCertificate } from '@vouchsafe/pki/x509/certificate';
import { createCsr } from '@vouchsafe/pki/x509/csr';
import { mintX509Svid } from '@vouchsafe/pki/x509/mint';
import { newSerialNumber } from '@vouchsafe/pki/x509/serial';
import { verifyX509Svid } from '@vouchsafe/pki/x509/verify';
import t from 'tap';
import { systemClock } from '../../../runtime/clock.ts';
import { makeJwtAuthority } from '../../support/test-bundle.ts';
import { call, identityOf, startTestServer } from '../../support/test-server.ts';

const server = await startTestServer(t);
const trust_domain = 'example.org';
const entries = server.local('entry');
const register = async (path: string, more: object) => {
  const entry = {
    ...{ spiffe_id: { trust_domain, path }, parent_id: { trust_domain, path: '/node' } },
    ...{ selectors: [{ type: 'unix', value: 'uid:1' }], ...more },
  };
  await call(entries, entries.BatchCreateEntry, { entries: [entry] });
};
await register('/below', { downstream: true });
await register('/was-below', { downstream: true, expires_at: '1' });

async function identity(path: string) {
  const key = await generateKeyPair('ec-p256');
  const spiffeId = SpiffeId.parse(`spiffe://${trust_domain}${path}`);
  const csr = Buffer.from(await createCsr({ signer: key.signer, spiffeId }));
  const client = server.local('svid');
  const { svid } = await call(client, client.MintX509SVID, { csr });
  return identityOf(svid!.cert_chain, key).identity;
}
const below = await identity('/below');
const key = await generateKeyPair('ec-p256');
const csr = Buffer.from(
  await createCsr({ signer: key.signer, spiffeId: SpiffeId.parse('spiffe://mallory.test/x') }),
);

t.test('SVID-DOWNSTREAM-01 an authority whose SVIDs lead to the roots', async (t) => {
  const client = server.tls('svid', below);
  const answer = await call(client, client.NewDownstreamX509CA, { csr, preferred_ttl: 600 });
  const [authority, ...above] = answer.ca_cert_chain.map((der) => parseCertificate(der));
  t.equal(above.length, 0, 'the root is not part of the chain');
  t.match(authority, { isCa: true, uriNames: ['spiffe://example.org'], dnsNames: [] });
  t.equal(Buffer.compare(authority!.publicKeyInfo, key.publicKeyInfo), 0);
  const now = systemClock.now();
  const left = authority!.notAfter.getTime() - now.getTime();
  t.ok(left > 590_000 && left <= 600_000, `${left} ms`);
  const roots = answer.x509_authorities.map((der) => parseCertificate(der));
  t.ok(authority!.isSignedBy(roots[0]!));

  const leaf = parseCertificate(
    await mintX509Svid({
      spiffeId: SpiffeId.parse('spiffe://example.org/workload'),
      publicKeyInfo: (await generateKeyPair('ec-p256')).publicKeyInfo,
      issuer: { certificate: authority!, signer: key.signer },
      notBefore: new Date(now.getTime() - 1000),
      notAfter: new Date(now.getTime() + 60_000),
      serialNumber: newSerialNumber(),
    }),
  );
  const id = verifyX509Svid({ chain: [leaf, authority!], authorities: () => roots, now });
  t.equal(id.toString(), 'spiffe://example.org/workload');

  const byDefault = await call(client, client.NewDownstreamX509CA, { csr });
  const [own] = byDefault.ca_cert_chain.map((der) => parseCertificate(der));
  t.ok(own!.notAfter <= roots[0]!.notAfter, 'never longer than the one above');
  for (const [request, details] of [
    [{}, 'missing CSR'],
    [{ csr: Buffer.from('x') }, /^malformed CSR: /],
    [{ csr: Buffer.from(csr.map((byte, at) => (at === csr.length - 1 ? byte ^ 1 : byte))) }, /CSR/],
  ] as const) {
    await t.rejects(call(client, client.NewDownstreamX509CA, request), {
      code: status.INVALID_ARGUMENT,
      details,
    });
  }
});

t.test('BUNDLE-PUBLISH-01 adds a JWT authority, and answers with all', async (t) => {
  const client = server.tls('bundle', below);
  const authority = makeJwtAuthority('published');
  const jwt_authority = { key_id: 'published', public_key: Buffer.from(authority.publicKeyInfo) };
  const { jwt_authorities } = await call(client, client.PublishJWTAuthority, { jwt_authority });
  const bundle = await call(client, client.GetBundle, {});
  t.strictSame(jwt_authorities, bundle.jwt_authorities);
  t.match(jwt_authorities.at(-1), jwt_authority);
  const again = await call(client, client.PublishJWTAuthority, { jwt_authority });
  t.strictSame(again.jwt_authorities, jwt_authorities, 'once');
  const other = { ...jwt_authority, public_key: Buffer.from(makeJwtAuthority('x').publicKeyInfo) };
  for (const [request, details] of [
    [{}, 'missing JWT authority'],
    [{ jwt_authority: { ...jwt_authority, key_id: '' } }, /^invalid JWT authority: /],
    [{ jwt_authority: other }, /^failed to publish JWT authority: /],
  ] as const) {
    await t.rejects(call(client, client.PublishJWTAuthority, request), {
      code: status.INVALID_ARGUMENT,
      details,
    });
  }
});

t.test('BUNDLE-PUBLISHWIT-01 is not implemented', async (t) => {
  const client = server.tls('bundle', below);
  await t.rejects(call(client, client.PublishWITAuthority, {}), {
    code: status.UNIMPLEMENTED,
    details: 'WIT-SVID functionality is not yet implemented',
  });
});

t.test('nobody but a server below, and none whose entry has expired', async (t) => {
  for (const path of ['/was-below', '/workload', '/below/too']) {
    const client = server.tls('svid', await identity(path));
    await t.rejects(call(client, client.NewDownstreamX509CA, { csr }), {
      code: status.PERMISSION_DENIED,
    });
  }
  const local = server.local('svid');
  await t.rejects(call(local, local.NewDownstreamX509CA, { csr }), {
    code: status.PERMISSION_DENIED,
  });
});
