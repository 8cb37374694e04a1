import { TrustBundle } from '@vouchsafe/pki/bundle/trust-bundle';
import { TrustDomain } from '@vouchsafe/pki/trust-domain';
import type { Test } from 'tap';
import type { Datastore, EntryPlan, Notice } from '../../../server/datastore/datastore.ts';
import { NO_ATTRIBUTES } from '../../../runtime/entry-attributes.ts';
import type { EntryAttributes } from '../../../runtime/entry-attributes.ts';
import { NOW, idOf, newEntry } from '../../support/server-entries.ts';
import { addKey } from './bundle-contract.ts';

const OTHER = TrustDomain.of('other.org');
const bundle = addKey('a')(TrustBundle.empty(OTHER)).withSequenceNumber(7n);
const NOTHING: EntryPlan = { bundles: [], deletions: [], updates: [], creations: [] };
const options = { now: NOW, check: () => undefined, rehearsal: false };

export const ATTRIBUTES: EntryAttributes = {
  owner: 'payments',
  labels: { tier: 'web', 'example.org/cost': '7' },
  environment: 'production',
  description: 'takes the money',
  audience: { allow: ['db'], maxCount: 1, maxTtlSeconds: 60 },
};

/** Plans are carried out as a whole, or not at all. */
export async function planContract(t: Test, open: (t: Test) => Promise<Datastore>): Promise<void> {
  await t.test('what an entry has beside its fields stays with it', async (t) => {
    const { entries } = await open(t);
    const attributes = { ...NO_ATTRIBUTES, owner: 'x' };
    await entries.create([newEntry({ id: 'a', attributes: ATTRIBUTES })], NOW);
    t.strictSame((await entries.all())[0]?.attributes, ATTRIBUTES);
    await entries.update([{ id: 'a', changes: { hint: 'new' } }], options.check);
    t.strictSame((await entries.all())[0]?.attributes, ATTRIBUTES, 'others leave it alone');
    await entries.update([{ id: 'a', changes: { attributes } }], options.check);
    t.strictSame((await entries.all())[0]?.attributes, attributes);
    await entries.update([{ id: 'a', changes: { attributes: undefined } }], options.check);
    t.equal((await entries.all())[0]?.attributes, undefined);
  });

  await t.test('all of a plan, bundles before what needs them', async (t) => {
    const store = await open(t);
    await store.entries.create(
      ['keep', 'gone', 'changed'].map((id) => newEntry({ id, spiffeId: idOf(`/${id}`) })),
      NOW,
    );
    const told: Notice[] = [];
    store.subscribe((notice) => told.push(notice));
    const outcome = await store.entries.apply(
      {
        bundles: [bundle],
        deletions: [{ id: 'gone', revisionNumber: 0 }],
        updates: [{ id: 'changed', revisionNumber: 0, changes: { federatesWith: [OTHER] } }],
        // In the place of the one that goes.
        creations: [newEntry({ id: 'new', spiffeId: idOf('/gone'), attributes: ATTRIBUTES })],
      },
      options,
    );
    t.match(outcome, {
      applied: true,
      deleted: [{ kind: 'deleted' }],
      updated: [{ kind: 'updated', entry: { revisionNumber: 1 } }],
      created: [{ kind: 'created', entry: { id: 'new', attributes: ATTRIBUTES } }],
    });
    t.match(
      await store.entries.all(),
      [{ id: 'keep' }, { id: 'changed', federatesWith: [OTHER] }, { id: 'new' }],
      'as reported',
    );
    t.strictSame(await store.bundles.find(OTHER), bundle);
    t.strictSame(
      told.map((notice) => notice.kind),
      ['bundle', 'entry', 'entry', 'entry'],
    );
  });

  const refused: readonly [string, Partial<EntryPlan>, object][] = [
    [
      'an entry is not there to be deleted',
      { deletions: [{ id: 'absent' }] },
      { deleted: [{ kind: 'not_found' }] },
    ],
    [
      'one to be deleted was changed by somebody else',
      { deletions: [{ id: 'a', revisionNumber: 7 }] },
      { deleted: [{ kind: 'changed', entry: { id: 'a', revisionNumber: 0 } }] },
    ],
    [
      'one to be changed was changed by somebody else',
      { updates: [{ id: 'a', revisionNumber: 7, changes: { admin: true } }] },
      { updated: [{ kind: 'changed', entry: { id: 'a', revisionNumber: 0 } }] },
    ],
    [
      'one to be changed is not there',
      { updates: [{ id: 'absent', changes: { admin: true } }] },
      { updated: [{ kind: 'not_found' }] },
    ],
    [
      'one like it exists',
      { creations: [newEntry({ spiffeId: idOf('/a') })] },
      { created: [{ kind: 'created' }, { kind: 'similar', entry: { id: 'a' } }] },
    ],
    [
      'a bundle is missing',
      { creations: [newEntry({ federatesWith: [TrustDomain.of('third.org')] })] },
      { created: [{ kind: 'created' }, { kind: 'bundle_missing' }] },
    ],
    ['it is a rehearsal', {}, { created: [{ kind: 'created' }] }],
  ];
  for (const [why, plan, outcome] of refused) {
    await t.test(`nothing of a plan when ${why}`, async (t) => {
      const store = await open(t);
      await store.entries.create([newEntry({ id: 'a', spiffeId: idOf('/a') })], NOW);
      const [before, revision] = [await store.entries.all(), store.changes.revision];
      const told: Notice[] = [];
      store.subscribe((notice) => told.push(notice));
      const fine = newEntry({ id: 'fine', spiffeId: idOf('/fine') });
      const all = { ...NOTHING, ...plan, bundles: [bundle] };
      const creations = [fine, ...(plan.creations ?? [])];
      const rehearsal = why === 'it is a rehearsal';
      const done = await store.entries.apply({ ...all, creations }, { ...options, rehearsal });
      t.match(done, { applied: false, ...outcome });
      t.strictSame(await store.entries.all(), before);
      t.equal(await store.bundles.find(OTHER), undefined);
      t.strictSame(told, []);
      t.equal(store.changes.revision, revision);
      t.match(
        await store.entries.apply({ ...NOTHING, creations: [fine] }, options),
        { applied: true },
        'and nothing is in the way of another one',
      );
    });
  }

  await t.test('what a guard keeps from the caller', async (t) => {
    const { entries } = await open(t);
    await entries.create([newEntry({ id: 'theirs' })], NOW);
    const guard = (): string => 'not yours';
    const plan = { ...NOTHING, deletions: [{ id: 'theirs' }] };
    const changes = { ...NOTHING, updates: [{ id: 'theirs', changes: { hint: 'x' } }] };
    t.match(await entries.apply(plan, { ...options, guard }), {
      applied: false,
      deleted: [{ kind: 'denied', problem: 'not yours' }],
    });
    t.match(await entries.apply(changes, { ...options, guard }), {
      applied: false,
      updated: [{ kind: 'denied' }],
    });
    t.match(await entries.all(), [{ id: 'theirs', revisionNumber: 0 }]);
  });

  await t.test('a plan that is refused costs nobody else his change', async (t) => {
    const store = await open(t);
    const plan = { ...NOTHING, deletions: [{ id: 'absent' }] };
    const [before, refusal, after] = await Promise.all([
      store.entries.create([newEntry({ id: 'before', spiffeId: idOf('/before') })], NOW),
      store.entries.apply({ ...plan, creations: [newEntry()] }, options),
      store.entries.create([newEntry({ id: 'after', spiffeId: idOf('/after') })], NOW),
    ]);
    t.match([before, refusal, after], [[{ kind: 'created' }], { applied: false }, [{}]]);
    t.match(await store.entries.all(), [{ id: 'before' }, { id: 'after' }]);
  });
}
