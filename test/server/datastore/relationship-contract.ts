import { TrustBundle } from '@vouchsafe/pki/bundle/trust-bundle';
import { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import { TrustDomain } from '@vouchsafe/pki/trust-domain';
import type { Test } from 'tap';
import type { Datastore } from '../../../server/datastore/datastore.ts';
import type { FederationRelationship } from '../../../server/federation/relationship.ts';

const one: FederationRelationship = {
  trustDomain: TrustDomain.of('one.test'),
  url: 'https://one.test/bundle?x=%20',
  profile: { kind: 'https_spiffe', endpointId: SpiffeId.parse('spiffe://one.test/endpoint') },
};
const two: FederationRelationship = {
  trustDomain: TrustDomain.of('two.test'),
  url: 'https://two.test',
  profile: { kind: 'https_web' },
};
const plain = (relationship: FederationRelationship) => ({ relationship, bundle: undefined });
const bundleOf = ({ trustDomain }: FederationRelationship, sequenceNumber: bigint) =>
  TrustBundle.of({ trustDomain, sequenceNumber });

export async function relationshipContract(
  t: Test,
  open: (t: Test) => Promise<Datastore>,
): Promise<void> {
  await t.test('come back as they were, by name', async (t) => {
    const { relationships: store } = await open(t);
    t.strictSame(await store.all(), []);
    t.equal(await store.find(one.trustDomain), undefined);
    t.strictSame(await store.create([plain(two), plain(one), plain(two)]), [true, true, false]);
    t.strictSame(await store.all(), [one, two]);
    t.strictSame(await store.find(two.trustDomain), two);
  });

  await t.test('change in part', async (t) => {
    const { relationships: store } = await open(t);
    await store.create([plain(one)]);
    const { trustDomain, url } = one;
    const changed = { ...one, profile: two.profile };
    const updates = [
      { trustDomain, changes: { profile: two.profile }, bundle: undefined },
      { trustDomain: two.trustDomain, changes: { url }, bundle: bundleOf(two, 1n) },
    ];
    t.strictSame(await store.update(updates), [changed, undefined]);
    t.strictSame(await store.all(), [changed]);
  });

  await t.test('bring bundles with them, which stay', async (t) => {
    const {
      relationships: store,
      bundles,
      subscribe,
    } = await open(t).then((opened) => ({
      ...{ relationships: opened.relationships, bundles: opened.bundles },
      subscribe: opened.subscribe.bind(opened),
    }));
    const told: unknown[] = [];
    subscribe((notice) => told.push(notice));
    await store.create([
      { relationship: one, bundle: bundleOf(one, 1n) },
      { relationship: one, bundle: bundleOf(one, 9n) },
    ]);
    t.equal((await bundles.find(one.trustDomain))?.sequenceNumber, 1n, 'of what is created');
    await store.update([
      { trustDomain: one.trustDomain, changes: {}, bundle: bundleOf(one, 2n) },
      { trustDomain: two.trustDomain, changes: {}, bundle: bundleOf(two, 2n) },
    ]);
    t.equal((await bundles.find(one.trustDomain))?.sequenceNumber, 2n);
    t.equal(await bundles.find(two.trustDomain), undefined, 'of what is there');
    const gone = await store.delete([one.trustDomain, one.trustDomain, two.trustDomain]);
    t.strictSame(gone, [true, false, false]);
    t.strictSame(await store.all(), []);
    t.equal((await bundles.find(one.trustDomain))?.sequenceNumber, 2n);
    t.match(told, [{ kind: 'bundle' }, { kind: 'bundle' }], 'only the bundles are news');
    t.equal(told.length, 2);
  });
}
