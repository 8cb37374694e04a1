import t from 'tap';
import { TrustDomain } from '@vouchsafe/pki/trust-domain';
import { BundleCache } from '../../../agent/cache/bundle-cache.ts';
import { FakeCa } from '../../support/fake-ca.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { bundleOf } from '../../support/workload-svids.ts';

const clock = new FakeClock();
const [ca, other] = [
  await FakeCa.create('example.org', clock),
  await FakeCa.create('other.org', clock),
];
const federated = () => new Map([['other.org', bundleOf(other)]]);

t.test('STR-07: knows what workloads can tell apart', async (t) => {
  const cache = new BundleCache();
  t.equal(cache.own, undefined);
  t.equal(cache.replace(bundleOf(ca), federated()), true);
  t.equal(cache.replace(bundleOf(ca), federated()), false, 'the same, read again');
  const x509 = cache.x509(cache.own!);
  const jwks = cache.jwks(cache.own!);
  const renumbered = bundleOf(ca).withSequenceNumber(99n);
  t.equal(cache.replace(renumbered, federated()), false);
  t.equal(cache.own, renumbered, 'the newest is kept, for the next comparison');
  t.equal(cache.x509(renumbered), x509, 'and not encoded again');
  t.equal(cache.jwks(renumbered), jwks);
  t.equal(cache.replace(renumbered, new Map()), true, 'one less');
  t.equal(cache.federated(other.trustDomain), undefined);
  t.equal(cache.replace(renumbered, federated()), true, 'one more');
  await other.rotate();
  t.equal(cache.replace(renumbered, federated()), true, 'another');
});

t.test('WAPI-17: INT-09: encodes authorities back to back', (t) => {
  const cache = new BundleCache();
  cache.replace(bundleOf(ca), new Map());
  t.strictSame(cache.x509(cache.own!), Buffer.from(ca.certificates[0]!.raw));
  const { keys } = JSON.parse(cache.jwks(cache.own!).toString()) as { keys: { kid: string }[] };
  t.match(keys, [{ kid: 'kid-0' }]);
  t.end();
});

t.test('T-15: knows what is tainted, and takes what is gone for it', async (t) => {
  const rotating = await FakeCa.create('example.org', clock);
  const cache = new BundleCache();
  const key = rotating.certificates[0]!.subjectKeyId;
  t.equal(cache.isX509Tainted(key), false, 'before anything is known nothing is');
  cache.replace(bundleOf(rotating), new Map());
  t.equal(cache.isX509Tainted(key), false);
  t.equal(cache.isJwtTainted('kid-0'), false);
  t.equal(cache.isX509Tainted(undefined), false, 'who names no authority is not judged by it');
  await rotating.rotate();
  rotating.taintOld();
  cache.replace(bundleOf(rotating), new Map());
  t.equal(cache.isX509Tainted(key), true);
  t.equal(cache.isJwtTainted('kid-0'), true);
  rotating.revokeOld();
  cache.replace(bundleOf(rotating), new Map());
  t.equal(cache.isX509Tainted(key), true);
  t.equal(cache.isJwtTainted('kid-0'), true);
  t.equal(cache.isX509Tainted(rotating.certificates[0]!.subjectKeyId), false);
});

t.test('WAPI-37: T-20: tokens are judged by the bundle of their own trust domain', (t) => {
  const cache = new BundleCache();
  cache.replace(bundleOf(ca), federated());
  const nobody = cache.jwtAuthorities([]);
  t.equal(nobody(ca.trustDomain), cache.own!.jwtAuthorities);
  t.equal(nobody(other.trustDomain), undefined, 'known, but not to everybody');
  const friend = cache.jwtAuthorities([other.trustDomain, TrustDomain.of('third.org')]);
  t.equal(friend(other.trustDomain), cache.federated(other.trustDomain)!.jwtAuthorities);
  t.equal(friend(TrustDomain.of('third.org')), undefined);
  t.end();
});
