import { TrustBundle } from '@vouchsafe/pki/bundle/trust-bundle';
import { generateKeyPair } from '@vouchsafe/pki/keys/key-pair';
import t from 'tap';
import { jwtAuthorities } from '../../../server/ca/jwt-authority.ts';
import { TRUST_DOMAIN } from '../../support/server-entries.ts';

const issuedAt = new Date('2026-01-01T00:00:00Z');
const expiresAt = new Date('2026-01-02T00:00:00Z');
const { signer } = await generateKeyPair('ec-p256');
const init = { trustDomain: TRUST_DOMAIN, signer, issuedAt, expiresAt };
const authority = await jwtAuthorities.create(init);
const stored = { ...authority, kind: 'jwt', slot: 'A', status: 'active' } as const;

t.test('has a key ID of its own, also for the same key', async (t) => {
  const others = await Promise.all(Array.from({ length: 20 }, () => jwtAuthorities.create(init)));
  const ids = [authority, ...others].map(({ authorityId }) => authorityId);
  t.equal(new Set(ids).size, ids.length);
  for (const id of ids) t.match(id, /^[A-Za-z0-9]{32}$/);
});

t.test('is restored with its own key only, under the ID it had', async (t) => {
  t.strictSame(jwtAuthorities.restore(stored, signer), authority);
  const other = await generateKeyPair('ec-p256');
  t.equal(jwtAuthorities.restore(stored, other.signer), undefined);
});

t.test('is published once, with its end', async (t) => {
  const bundle = jwtAuthorities.publish(TrustBundle.empty(TRUST_DOMAIN), authority);
  t.match(bundle.jwtAuthorities, [
    { keyId: authority.authorityId, publicKeyInfo: signer.publicKeyInfo, expiresAt },
  ]);
  t.strictSame(bundle.x509Authorities, []);
  t.equal(jwtAuthorities.publish(bundle, authority), bundle);
});

t.test('never takes the ID of another key', async (t) => {
  const bundle = jwtAuthorities.publish(TrustBundle.empty(TRUST_DOMAIN), authority);
  const other = await jwtAuthorities.create({
    ...init,
    signer: (await generateKeyPair('ec-p256')).signer,
  });
  const { authorityId } = authority;
  t.throws(() => jwtAuthorities.publish(bundle, { ...other, authorityId }), {
    code: 'PKI_JWT_AUTHORITY_AMBIGUOUS',
  });
});
