import type { TrustBundle } from '@vouchsafe/pki/bundle/trust-bundle';
import fc from 'fast-check';
import t from 'tap';
import type { Test } from 'tap';
import type { StoredAuthority } from '../../../../server/datastore/datastore.ts';
import type { SqlDatastore } from '../../../../server/datastore/sql/sql-datastore.ts';
import { Registry } from '../../../../server/registry.ts';
import { PostgresServer, noPostgres } from '../../../support/postgres.ts';
import { openPostgresStore } from '../../../support/postgres-store.ts';
import {
  NOW,
  TRUST_DOMAIN,
  attestedAgent,
  idOf,
  newEntry,
} from '../../../support/server-entries.ts';
import { addKey, keyIds } from '../bundle-contract.ts';

t.setTimeout(300_000);

const HOUR = 3_600_000;
type Three = readonly [SqlDatastore, SqlDatastore, SqlDatastore];

t.test('several servers on one database', { skip: noPostgres() ?? false }, async (t) => {
  const postgres = await PostgresServer.start(t);
  const openAll = (t: Test, url = postgres.createDatabase()): Promise<Three> =>
    Promise.all([
      openPostgresStore(t, url, { serverId: 'one' }),
      openPostgresStore(t, url, { serverId: 'two' }),
      openPostgresStore(t, url, { serverId: 'three' }),
    ]);

  await t.test('that start together bring its schema up to date once', async (t) => {
    const url = postgres.createDatabase();
    await openAll(t, url);
    const database = url.slice(url.lastIndexOf('/') + 1);
    const applied = postgres.sql(database, 'select name from knex_migrations order by id');
    t.match(applied, /^0001-foundation\n0002-change-log/);
    t.equal(new Set(applied.split('\n')).size, applied.split('\n').length, 'each once');
  });

  await t.test('hear of each change once, in the same order, whoever rolls back (F-31)', (t) =>
    property(t, openAll),
  );

  await t.test('lose no authority when all publish and prune at once (F-16)', async (t) => {
    const stores = await openAll(t);
    const names = Array.from({ length: 90 }, (_, index) => `key ${index}`);
    const expired = new Date(NOW.getTime() - HOUR);
    const prune = (bundle: TrustBundle): TrustBundle => bundle.prune(expired);
    await Promise.all(
      names.flatMap((name, index) => {
        const { bundles } = stores[index % stores.length]!;
        return [bundles.update(TRUST_DOMAIN, addKey(name)), bundles.update(TRUST_DOMAIN, prune)];
      }),
    );
    for (const { bundles } of stores) {
      const bundle = await bundles.find(TRUST_DOMAIN);
      t.strictSame(new Set(keyIds(bundle)), new Set(names));
      t.equal(bundle?.sequenceNumber, 90n);
    }
  });

  await t.test('have authorities of their own', async (t) => {
    const [one, two] = await openAll(t);
    const slot: StoredAuthority = {
      ...({ kind: 'x509', slot: 'A', status: 'active', authorityId: 'aa' } as const),
      ...{ issuedAt: NOW, expiresAt: new Date(NOW.getTime() + HOUR) },
      publicPart: Buffer.from('one'),
    };
    const publish = { trustDomain: TRUST_DOMAIN, change: (bundle: TrustBundle) => bundle };
    await one.authorities.save([slot], publish);
    await two.authorities.save([{ ...slot, authorityId: 'bb' }], publish);
    t.match(await one.authorities.all(), [{ authorityId: 'aa' }]);
    t.match(await two.authorities.all(), [{ authorityId: 'bb' }]);
    t.equal((await one.authorities.ofAllServers()).length, 2);
  });

  await t.test('take a join token once between them (T-17)', async (t) => {
    const stores = await openAll(t);
    for (let round = 0; round < 10; round++) {
      const hash = `hash ${round}`;
      const expiresAt = new Date(NOW.getTime() + HOUR);
      await stores[0].joinTokens.create({ hash, expiresAt, aliasId: undefined });
      const { current, ...agent } = attestedAgent();
      const outcomes = await Promise.all(
        Array.from({ length: 9 }, (_, index) =>
          stores[index % stores.length]!.joinTokens.attest(
            {
              hash,
              publicKeyHash: `key ${index}`,
              agent: { ...agent, id: idOf(`/spire/agent/${round}`), current: current! },
            },
            NOW,
          ),
        ),
      );
      t.strictSame(outcomes.filter((state) => state === 'usable').length, 1, outcomes.join());
    }
  });

  await t.test('know at once what another one has done, by asking', async (t) => {
    const [one, two] = await openAll(t);
    const registry = await Registry.load(two);
    const [outcome] = await one.entries.create([newEntry({ id: 'e' })], NOW);
    t.equal(outcome?.kind, 'created');
    await registry.refresh();
    t.ok(registry.entries.find('e'));
  });

  await t.test('that were away for longer than the log lasts read everything', async (t) => {
    const url = postgres.createDatabase();
    const [one, two] = await openAll(t, url);
    const registry = await Registry.load(two);
    await one.entries.create(
      [newEntry({ id: 'kept' }), newEntry({ id: 'x', hint: 'b', spiffeId: idOf('/x') })],
      NOW,
    );
    await registry.refresh();
    postgres.sql(
      url.slice(url.lastIndexOf('/') + 1),
      `
      delete from entries where id = 'x'; delete from changes;
      update revision set value = value + 1000`,
    );
    await registry.refresh();
    t.ok(registry.entries.find('kept'));
    t.notOk(registry.entries.find('x'));
  });
});

/** Every server does things at random, of which some fail; in the end all have been told the same. */
async function property(t: Test, openAll: (t: Test) => Promise<Three>): Promise<void> {
  const stores = await openAll(t);
  const registries = await Promise.all(stores.map((store) => Registry.load(store)));
  const told = stores.map((store) => {
    const lines: string[] = [];
    store.subscribe((notice, revision) => {
      lines.push(`${revision} ${notice.kind === 'entry' ? notice.id : notice.kind}`);
    });
    return lines;
  });
  const refuse = (): TrustBundle => {
    throw new Error('rolled back');
  };
  const name = fc.integer({ min: 0, max: 9 }).map((number) => `e${number}`);
  const step = fc.record({
    server: fc.nat(2),
    kind: fc.constantFrom('create', 'create', 'delete', 'publish', 'fail'),
    names: fc.array(name, { minLength: 1, maxLength: 4 }),
    isAwaited: fc.boolean(),
  });
  let round = 0;
  const run = async (steps: readonly (typeof step extends fc.Arbitrary<infer T> ? T : never)[]) => {
    round++;
    const running: Promise<unknown>[] = [];
    for (const { server, kind, names, isAwaited } of steps) {
      const store = stores[server]!;
      const work = {
        create: () =>
          store.entries.create(
            names.map((id) => newEntry({ id, spiffeId: idOf(`/${id}`) })),
            NOW,
          ),
        delete: () => store.entries.delete(names),
        publish: () => store.bundles.update(TRUST_DOMAIN, addKey(`${names[0]!} ${round}`)),
        fail: () => store.bundles.update(TRUST_DOMAIN, refuse).catch(() => undefined),
      }[kind]();
      running.push(work);
      if (isAwaited) await work;
    }
    await Promise.all(running);
    await Promise.all(stores.map((store) => store.refresh()));
  };
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 40 }), async (steps) => {
      await run(steps);
      const [first, ...others] = told;
      const isGapless = first!.every((line, index) => line.startsWith(`${index + 1} `));
      return isGapless && others.every((lines) => lines.join() === first!.join());
    }),
    { numRuns: 60 },
  );
  t.ok(told[0]!.length > 100, `${told[0]!.length} changes`);
  const stored = (await stores[0].entries.all()).map(({ id }) => id).sort();
  for (const { entries } of registries) {
    t.strictSame([...entries.all()].map(({ id }) => id).sort(), stored);
  }
}
