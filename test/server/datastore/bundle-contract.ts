import { TrustBundle } from '@vouchsafe/pki/bundle/trust-bundle';
import { PkiError } from '@vouchsafe/pki/errors';
import { JwtAuthority } from '@vouchsafe/pki/jwt/jwt-authority';
import { TrustDomain } from '@vouchsafe/pki/trust-domain';
import type { Test } from 'tap';
import type { Notice, Datastore } from '../../../server/datastore/datastore.ts';
import { FakeCa } from '../../support/fake-ca.ts';
import { NOW, TRUST_DOMAIN, idOf, newEntry } from '../../support/server-entries.ts';

const HOUR = 3_600_000;
const later = (ms: number): Date => new Date(NOW.getTime() + ms);

const publicKeyInfo = Buffer.from('a key');
/** A change that adds a JWT authority. */
export const addKey = (keyId: string) => (bundle: TrustBundle) =>
  bundle.appendJwt(JwtAuthority.of({ keyId, publicKeyInfo, expiresAt: later(HOUR) }));
export const keyIds = (bundle: TrustBundle | undefined): string[] | undefined =>
  bundle?.jwtAuthorities.map(({ keyId }) => keyId);

export async function bundleContract(
  t: Test,
  open: (t: Test) => Promise<Datastore>,
): Promise<void> {
  await t.test('come back as they were', async (t) => {
    const { bundles: store } = await open(t);
    t.equal(await store.find(TRUST_DOMAIN), undefined);
    const ca = await FakeCa.create(TRUST_DOMAIN.name, { now: () => NOW });
    await ca.rotate();
    const bundle = TrustBundle.of({
      trustDomain: TRUST_DOMAIN,
      x509Authorities: ca.certificates.map((certificate, i) => ({ certificate, tainted: i === 0 })),
      jwtAuthorities: [
        JwtAuthority.of({ keyId: 'z', publicKeyInfo, expiresAt: later(HOUR), tainted: true }),
        JwtAuthority.of({ keyId: 'a', publicKeyInfo }),
      ],
      sequenceNumber: 1n,
      refreshHintSeconds: 300,
    });
    t.strictSame(await store.update(TRUST_DOMAIN, () => bundle), bundle);
    const found = (await store.find(TRUST_DOMAIN))!;
    t.ok(found.sameContents(bundle));
    t.equal(found.sequenceNumber, 1n);
    t.equal(await store.find(TrustDomain.of('other.org')), undefined);
  });

  await t.test('count their changes', async (t) => {
    const { bundles: store } = await open(t);
    t.equal((await store.update(TRUST_DOMAIN, (bundle) => bundle)).sequenceNumber, 0n);
    t.equal(await store.find(TRUST_DOMAIN), undefined, 'nothing is no bundle');
    t.equal((await store.update(TRUST_DOMAIN, addKey('a'))).sequenceNumber, 1n);
    t.equal((await store.update(TRUST_DOMAIN, addKey('a'))).sequenceNumber, 1n, 'no change');
    t.equal((await store.update(TRUST_DOMAIN, addKey('b'))).sequenceNumber, 2n);
    const claims = (bundle: TrustBundle) => addKey('c')(bundle).withSequenceNumber(100n);
    t.equal((await store.update(TRUST_DOMAIN, claims)).sequenceNumber, 3n, 'whatever it says');
  });

  await t.test('lose nothing when many change them at once', async (t) => {
    const { bundles: store } = await open(t);
    const names = Array.from({ length: 50 }, (_, i) => `key ${i}`);
    await Promise.all(names.map((name) => store.update(TRUST_DOMAIN, addKey(name))));
    const bundle = await store.find(TRUST_DOMAIN);
    t.strictSame(new Set(keyIds(bundle)), new Set(names));
    t.equal(bundle?.sequenceNumber, 50n);
  });

  await t.test('stay as they were when a change fails', async (t) => {
    const { bundles: store } = await open(t);
    await store.update(TRUST_DOMAIN, addKey('a'));
    await t.rejects(
      store.update(TRUST_DOMAIN, () => {
        throw new PkiError('PKI_JWT_AUTHORITY_AMBIGUOUS');
      }),
    );
    t.strictSame(keyIds(await store.find(TRUST_DOMAIN)), ['a']);
    t.strictSame(keyIds(await store.update(TRUST_DOMAIN, addKey('b'))), ['a', 'b'], 'and go on');
  });
}

const OTHER = TrustDomain.of('other.org');
const THIRD = TrustDomain.of('third.org');
const bundleOf = (trustDomain: TrustDomain, sequenceNumber = 7n): TrustBundle =>
  TrustBundle.of({
    trustDomain,
    jwtAuthorities: [JwtAuthority.of({ keyId: 'k', publicKeyInfo })],
    sequenceNumber,
  });
const put = (store: Datastore, ...given: readonly TrustBundle[]) =>
  store.bundles.write(
    given.map((bundle) => ({ trustDomain: bundle.trustDomain, change: () => bundle })),
  );

export async function federatedBundleContract(
  t: Test,
  open: (t: Test) => Promise<Datastore>,
): Promise<void> {
  await t.test('are stored as they are given', async (t) => {
    const store = await open(t);
    const told: Notice[] = [];
    store.subscribe((change) => told.push(change));
    const [other, third] = [bundleOf(OTHER), bundleOf(THIRD, 3n)];
    t.strictSame(await put(store, third, other), [third, other]);
    t.strictSame(
      (await store.bundles.all()).map(({ trustDomain, sequenceNumber }) => [
        trustDomain.name,
        sequenceNumber,
      ]),
      [
        ['other.org', 7n],
        ['third.org', 3n],
      ],
    );
    t.strictSame(told.splice(0), [
      { kind: 'bundle', trustDomain: THIRD, bundle: third },
      { kind: 'bundle', trustDomain: OTHER, bundle: other },
    ]);
    await put(store, other);
    t.strictSame(told, [], 'what is as it was is not told');
    await put(store, other.withSequenceNumber(8n));
    t.equal(told.length, 1, 'another number is another bundle');
  });

  await t.test('a change sees what is stored, also of the same batch', async (t) => {
    const store = await open(t);
    const once = (bundle: TrustBundle) => ({
      trustDomain: OTHER,
      change: (stored: TrustBundle | undefined) => (stored === undefined ? bundle : undefined),
    });
    const made = await store.bundles.write([once(bundleOf(OTHER)), once(bundleOf(OTHER, 9n))]);
    t.match(made, [{ sequenceNumber: 7n }, undefined]);
    t.equal((await store.bundles.find(OTHER))?.sequenceNumber, 7n);
  });

  await t.test('entries federate with those that are there', async (t) => {
    const store = await open(t);
    const entry = newEntry({ federatesWith: [OTHER, THIRD] });
    await put(store, bundleOf(OTHER));
    const missing = { kind: 'bundle_missing', trustDomain: THIRD };
    t.strictSame(await store.entries.create([entry], NOW), [missing]);
    t.strictSame(await store.entries.all(), []);
    await put(store, bundleOf(THIRD));
    t.match(await store.entries.create([{ ...entry, id: 'e' }], NOW), [{ kind: 'created' }]);
    const changes = { federatesWith: [TrustDomain.of('fourth.org')] };
    t.match(await store.entries.update([{ id: 'e', changes }], () => undefined), [
      { kind: 'bundle_missing', trustDomain: changes.federatesWith[0] },
    ]);
    t.match(await store.entries.all(), [{ federatesWith: [OTHER, THIRD], revisionNumber: 0 }]);
  });

  const withEntries = async (t: Test): Promise<Datastore> => {
    const store = await open(t);
    await put(store, bundleOf(OTHER), bundleOf(THIRD));
    const specs = { both: [OTHER, THIRD], other: [OTHER], third: [THIRD], none: [] };
    const entries = Object.entries(specs).map(([id, federatesWith]) =>
      newEntry({ id, spiffeId: idOf(`/${id}`), federatesWith }),
    );
    await store.entries.create(entries, NOW);
    return store;
  };
  const federations = async (store: Datastore) =>
    Object.fromEntries(
      (await store.entries.all()).map(({ id, federatesWith, revisionNumber }) => [
        id,
        [revisionNumber, ...federatesWith.map(({ name }) => name)],
      ]),
    );

  await t.test('stay where they are used, if that is asked', async (t) => {
    const store = await withEntries(t);
    const before = await federations(store);
    t.strictSame(await store.bundles.remove([OTHER, TrustDomain.of('x.org')], 'keep_bundle'), [
      { kind: 'in_use', entries: 2 },
      { kind: 'not_found' },
    ]);
    t.strictSame(await federations(store), before);
    t.ok(await store.bundles.find(OTHER));
  });

  await t.test('go with the entries', async (t) => {
    const store = await withEntries(t);
    t.strictSame(await store.bundles.remove([OTHER], 'delete'), [{ kind: 'removed' }]);
    t.strictSame(await federations(store), { third: [0, 'third.org'], none: [0] });
    t.equal(await store.bundles.find(OTHER), undefined);
  });

  await t.test('or without them, which have a new revision then', async (t) => {
    const store = await withEntries(t);
    const told: Notice[] = [];
    store.subscribe((change) => told.push(change));
    await store.bundles.remove([OTHER], 'dissociate');
    t.strictSame(await federations(store), {
      both: [1, 'third.org'],
      other: [1],
      third: [0, 'third.org'],
      none: [0],
    });
    t.match(told, [
      { kind: 'entry', id: 'both', entry: { federatesWith: [THIRD] } },
      { kind: 'entry', id: 'other', entry: { federatesWith: [] } },
      { kind: 'bundle', trustDomain: OTHER, bundle: undefined },
    ]);
  });
}
