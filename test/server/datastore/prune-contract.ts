import { Selector } from '@vouchsafe/pki/selector';
import type { Test } from 'tap';
import type { AttestedAgent } from '../../../server/attestation/agent-record.ts';
import type { Datastore, Notice } from '../../../server/datastore/datastore.ts';
import { NOW, attestedAgent, idOf, newEntry } from '../../support/server-entries.ts';

const later = (ms: number): Date => new Date(NOW.getTime() + ms);

async function attested(
  store: Datastore,
  name: string,
  overrides: Partial<AttestedAgent> = {},
): Promise<void> {
  const id = idOf(`/spire/agent/test/${name}`);
  const current = { serialNumber: '1', expiresAt: later(1000) };
  const agent = { ...attestedAgent(), ...overrides, id, current };
  const aliasId = idOf(`/alias/${name}`);
  await store.joinTokens.create({ hash: name, expiresAt: later(9_000_000), aliasId });
  await store.joinTokens.attest({ hash: name, publicKeyHash: 'key', agent }, NOW);
}

/** What has expired is found and deleted, and nothing else. */
export async function pruneContract(t: Test, open: (t: Test) => Promise<Datastore>): Promise<void> {
  await t.test('entries', async (t) => {
    const store = await open(t);
    const expiring = (path: string, expiresAt?: Date) =>
      newEntry({ id: path, spiffeId: idOf(`/${path}`), expiresAt });
    await store.entries.create(
      [expiring('gone', later(1000)), expiring('later', later(2000)), expiring('stays')],
      NOW,
    );
    const told: Notice[] = [];
    store.subscribe((notice) => told.push(notice));
    t.strictSame(await store.entries.prune(NOW), []);
    const pruned = await store.entries.prune(later(1000));
    t.strictSame(
      pruned.map(({ id }) => id),
      ['gone'],
    );
    t.strictSame(told, [{ kind: 'entry', id: 'gone', entry: undefined }]);
    t.strictSame(
      (await store.entries.all()).map(({ id }) => id),
      ['later', 'stays'],
    );
  });

  await t.test('entries, a thousand at a time', async (t) => {
    const store = await open(t);
    const many = Array.from({ length: 1001 }, (_, index) =>
      newEntry({ spiffeId: idOf(`/${index}`), expiresAt: NOW }),
    );
    await store.entries.create(many, NOW);
    t.equal((await store.entries.prune(NOW)).length, 1000);
    t.equal((await store.entries.prune(NOW)).length, 1);
    t.equal((await store.entries.prune(NOW)).length, 0);
  });

  await t.test('agents', async (t) => {
    const store = await open(t);
    const canReattest = true;
    await attested(store, 'tofu');
    await attested(store, 'expired', { canReattest, selectors: [Selector.of('a', 'b')] });
    await attested(store, 'banned', { canReattest });
    await store.agents.ban(idOf('/spire/agent/test/banned'));
    await attested(store, 'renewed', { canReattest });
    const renewed = { serialNumber: '2', expiresAt: later(5000) };
    await store.agents.setRenewed(idOf('/spire/agent/test/renewed'), renewed);
    const names = async (): Promise<string[]> =>
      (await store.agents.all()).map(({ id }) => id.path.split('/').at(-1)!);

    t.strictSame(await store.agents.prune({ before: later(1000), withTofu: true }), []);
    const told: Notice[] = [];
    store.subscribe((notice) => told.push(notice));
    const before = later(2000);
    const pruned = await store.agents.prune({ before, withTofu: false });
    t.strictSame(pruned.map(String), ['spiffe://example.org/spire/agent/test/expired']);
    t.match(told, [{ kind: 'entry' }, { kind: 'agent', id: pruned[0]!, agent: undefined }]);
    t.strictSame(await names(), ['tofu', 'banned', 'renewed']);
    t.equal((await store.entries.all()).length, 3, 'its alias has gone with it');

    await store.agents.prune({ before, withTofu: true });
    t.strictSame(await names(), ['banned', 'renewed']);
    await store.agents.prune({ before: later(6000), withTofu: false });
    t.strictSame(await names(), ['banned']);
  });
}
