import { Selector } from '@vouchsafe/pki/selector';
import { TrustDomain } from '@vouchsafe/pki/trust-domain';
import type { TrustBundle } from '@vouchsafe/pki/bundle/trust-bundle';
import type { Test } from 'tap';
import type { Datastore } from '../../../server/datastore/datastore.ts';
import { NOW, TRUST_DOMAIN, idOf, newEntry } from '../../support/server-entries.ts';
import { addKey } from './bundle-contract.ts';

const numbered = (count: number, prefix = ''): ReturnType<typeof newEntry>[] =>
  Array.from({ length: count }, (_, index) => newEntry({ spiffeId: idOf(`/${prefix}${index}`) }));

/** Every change has a revision, in the order of commits; and writes that come together are committed together. */
export async function changeContract(
  t: Test,
  open: (t: Test) => Promise<Datastore>,
): Promise<void> {
  await t.test('have a revision each, without gaps, in the order they are told', async (t) => {
    const store = await open(t);
    const start = store.changes.revision;
    const told: [string, number][] = [];
    store.subscribe((notice, revision) => told.push([notice.kind, revision - start]));
    const [outcome] = await store.entries.create(numbered(2), NOW);
    if (outcome?.kind !== 'created') throw new TypeError('not created');
    await store.bundles.update(TRUST_DOMAIN, addKey('a'));
    await store.bundles.update(TRUST_DOMAIN, addKey('a'));
    await store.entries.delete([outcome.entry.id]);
    t.strictSame(told, [
      ['entry', 1],
      ['entry', 2],
      ['bundle', 3],
      ['entry', 4],
    ]);
    t.equal(store.changes.revision, start + 4);
  });

  await t.test('are in the log, from any revision on', async (t) => {
    const store = await open(t);
    const start = store.changes.revision;
    const ids = (await store.entries.create(numbered(2), NOW)).map((outcome) =>
      outcome.kind === 'created' ? outcome.entry.id : '',
    );
    await store.bundles.update(TRUST_DOMAIN, addKey('a'));
    const all = [
      { revision: start + 1, kind: 'entry', id: ids[0] },
      { revision: start + 2, kind: 'entry', id: ids[1] },
      { revision: start + 3, kind: 'bundle', id: 'example.org' },
    ];
    t.strictSame(await store.changes.since(start, 10), all);
    t.strictSame(await store.changes.since(start + 1, 10), all.slice(1));
    t.strictSame(await store.changes.since(start, 2), all.slice(0, 2), 'no more than asked for');
    t.strictSame(await store.changes.since(start + 3, 10), []);
    t.equal(await store.changes.since(start - 1, 10), undefined, 'before the log began');
  });

  await t.test('that come together are each told once, in order', async (t) => {
    const store = await open(t);
    const start = store.changes.revision;
    const told: number[] = [];
    store.subscribe((_, revision) => told.push(revision - start));
    const writes = Array.from({ length: 150 }, (_, index) =>
      store.entries.create(numbered(2, `${index}-`), NOW),
    );
    const outcomes = (await Promise.all(writes)).flat();
    t.ok(outcomes.every(({ kind }) => kind === 'created'));
    t.strictSame(
      told,
      Array.from({ length: 300 }, (_, index) => index + 1),
    );
    t.equal((await store.entries.all()).length, 300);
  });

  await t.test('fail alone, whoever they came with', async (t) => {
    const store = await open(t);
    const refuse = (): TrustBundle => {
      throw new Error('not this one');
    };
    const other = TrustDomain.of('other.org');
    const [first, second, third] = await Promise.allSettled([
      store.entries.create(numbered(1, 'a'), NOW),
      store.bundles.update(other, refuse),
      store.entries.create(numbered(1, 'b'), NOW),
      store.bundles.update(other, addKey('a')),
    ]);
    t.equal(first.status, 'fulfilled');
    t.match(second, { status: 'rejected', reason: { message: /not this one/ } });
    t.equal(third.status, 'fulfilled');
    t.equal((await store.entries.all()).length, 2);
    t.equal((await store.bundles.find(other))?.jwtAuthorities.length, 1);
  });
}

/** A batch has the outcomes that its entries would have had one after the other. */
export async function batchContract(t: Test, open: (t: Test) => Promise<Datastore>): Promise<void> {
  await t.test('of more entries than one statement takes', async (t) => {
    const store = await open(t);
    const batch = numbered(1200);
    const outcomes = await store.entries.create(batch, NOW);
    t.ok(outcomes.every(({ kind }) => kind === 'created'));
    t.strictSame(
      (await store.entries.all()).map(({ spiffeId }) => spiffeId.path),
      batch.map(({ spiffeId }) => spiffeId.path),
      'in the order given',
    );
    const ids = outcomes.map((outcome) => (outcome.kind === 'created' ? outcome.entry.id : ''));
    t.ok((await store.entries.delete(ids)).every((existed) => existed));
    t.strictSame(await store.entries.all(), []);
  });

  await t.test('in which some repeat others', async (t) => {
    const store = await open(t);
    const [a, b] = [newEntry({ id: 'a' }), newEntry({ id: 'b', spiffeId: idOf('/b') })];
    const federatesWith = [TrustDomain.of('other.org')];
    const outcomes = await store.entries.create(
      [
        a,
        { ...a, id: undefined },
        { ...b, id: 'a' },
        b,
        newEntry({ spiffeId: idOf('/c'), federatesWith }),
        { ...b, federatesWith },
      ],
      NOW,
    );
    t.match(outcomes, [
      { kind: 'created', entry: { id: 'a' } },
      { kind: 'similar', entry: { id: 'a' } },
      { kind: 'id_taken' },
      { kind: 'created', entry: { id: 'b' } },
      { kind: 'bundle_missing', trustDomain: federatesWith[0] },
      { kind: 'similar', entry: { id: 'b' } },
    ]);
    t.strictSame(await store.entries.delete(['a', 'a', 'b']), [true, false, true]);
  });

  await t.test('of entries with selectors longer than an index takes', async (t) => {
    const store = await open(t);
    const selectors = [Selector.of('unix', `path:/${'x'.repeat(20_000)}`)];
    const outcomes = await store.entries.create([newEntry({ selectors }), newEntry()], NOW);
    t.match(outcomes, [{ kind: 'created' }, { kind: 'created' }]);
    t.match(await store.entries.create([newEntry({ selectors })], NOW), [{ kind: 'similar' }]);
  });
}
