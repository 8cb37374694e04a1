import t from 'tap';
import { BundleSet } from '@vouchsafe/pki/bundle/bundle-set';
import { TrustBundle } from '@vouchsafe/pki/bundle/trust-bundle';
import { TrustDomain } from '@vouchsafe/pki/trust-domain';
import { makeAuthority, makeJwtAuthority } from '../../support/test-bundle.ts';

const own = TrustDomain.of('example.org');
const other = TrustDomain.of('other.example');
const certificate = await makeAuthority();
const ownBundle = TrustBundle.of({
  trustDomain: own,
  x509Authorities: [{ certificate, tainted: true }],
  jwtAuthorities: [makeJwtAuthority('k')],
});
const set = BundleSet.of([ownBundle, TrustBundle.empty(other)]);

t.test('TDB-16 a trust domain is looked up in its own bundle only', (t) => {
  // The verifiers call them without the set.
  const { x509Authorities, jwtAuthorities } = set;
  t.strictSame(x509Authorities(TrustDomain.of('example.org')), [certificate]);
  t.equal(jwtAuthorities(own), ownBundle.jwtAuthorities);
  t.strictSame(x509Authorities(other), [], 'known, and trusts nothing');
  t.strictSame(jwtAuthorities(other), []);
  for (const unknown of ['example.or', 'a.example.org', 'org', 'constructor']) {
    t.equal(x509Authorities(TrustDomain.of(unknown)), undefined, unknown);
    t.equal(jwtAuthorities(TrustDomain.of(unknown)), undefined, unknown);
  }
  t.end();
});

t.test('a later bundle stands for its trust domain', (t) => {
  const next = TrustBundle.empty(own).withSequenceNumber(9n);
  t.equal(BundleSet.of([ownBundle, next]).find(own), next);
  const replaced = set.with(next);
  t.equal(replaced.find(own), next);
  t.equal(replaced.size, 2);
  t.equal(set.find(own), ownBundle, 'the set itself stays as it was');
  t.equal(set.with(ownBundle), set);
  t.end();
});

t.test('forgets a trust domain', (t) => {
  const without = set.without(own);
  t.equal(without.find(own), undefined);
  t.equal(without.x509Authorities(own), undefined);
  t.strictSame([...without], [TrustBundle.empty(other)]);
  t.equal(set.size, 2);
  t.equal(without.without(own), without);
  t.end();
});

t.test('may know nobody', (t) => {
  t.equal(BundleSet.empty().size, 0);
  t.equal(BundleSet.empty().jwtAuthorities(own), undefined);
  t.equal(BundleSet.empty().with(ownBundle).find(own), ownBundle);
  t.end();
});
