import { Selector } from '@vouchsafe/pki/selector';
import type { Test } from 'tap';
import type {
  Change,
  Datastore,
  JoinTokenAttestation,
} from '../../../server/datastore/datastore.ts';
import { AGENT_ID, NOW, attestedAgent, idOf, newEntry } from '../../support/server-entries.ts';

const HOUR = 3_600_000;
const later = (ms: number): Date => new Date(NOW.getTime() + ms);

/** What every datastore must do; `open` gives an empty one that is closed with the test. */
export function datastoreContract(t: Test, open: (t: Test) => Promise<Datastore>): void {
  t.test('entries', (t) => entries(t, open));
  t.test('agents', (t) => agents(t, open));
  t.test('join tokens', (t) => joinTokens(t, open));
  t.test('changes are told', (t) => changes(t, open));
}

async function entries(t: Test, open: (t: Test) => Promise<Datastore>): Promise<void> {
  const store = await open(t);
  const full = newEntry({
    id: 'chosen',
    spiffeId: idOf('/full'),
    selectors: [Selector.of('unix', 'uid:2'), Selector.of('unix', 'gid:a:b')],
    x509SvidTtlSeconds: 60,
    jwtSvidTtlSeconds: 30,
    admin: true,
    downstream: true,
    expiresAt: later(HOUR),
    dnsNames: ['z.example', 'a.example'],
    storeSvid: true,
    hint: 'internal',
    additionalAttributes: { disableX509SvidPrefetch: false, jwtSvidIncludeJti: true },
  });
  const [plain, chosen] = await store.entries.create([newEntry(), full], NOW);
  t.match(plain, { kind: 'created', entry: { revisionNumber: 0, createdAt: NOW } });
  t.match(chosen, { kind: 'created', entry: { id: 'chosen' } });
  const all = await store.entries.all();
  t.strictSame(
    all.map((entry) => ({ kind: 'created', entry })),
    [plain, chosen],
    'all() gives back what create() reported, in order of creation',
  );
  t.match(all[1], { ...full, selectors: [{ value: 'gid:a:b' }, { value: 'uid:2' }] });
  t.ok(all[0]!.order < all[1]!.order);
  t.equal(all[0]!.additionalAttributes, undefined, 'absent is not empty');

  const again = { ...newEntry(), selectors: [...newEntry().selectors, ...newEntry().selectors] };
  const outcomes = await store.entries.create(
    [again, newEntry({ id: 'chosen', spiffeId: idOf('/new') }), newEntry({ spiffeId: idOf('/x') })],
    NOW,
  );
  t.match(
    outcomes,
    [{ kind: 'similar', entry: { id: all[0]!.id } }, { kind: 'id_taken' }, { kind: 'created' }],
    'a repeated selector makes no difference',
  );
  t.strictSame(await store.entries.delete(['chosen', 'never was', 'chosen']), [true, false, false]);
  t.equal((await store.entries.all()).length, 2);
}

async function agents(t: Test, open: (t: Test) => Promise<Datastore>): Promise<void> {
  const store = await open(t);
  await join(store, 'token');
  const { order, ...attested } = (await store.agents.find(AGENT_ID))!;
  t.type(order, 'number');
  t.match(attested, attestedAgent());

  const renewed = {
    serialNumber: '340282366920938463463374607431768211455',
    expiresAt: later(2 * HOUR),
  };
  t.equal(await store.agents.setRenewed(AGENT_ID, renewed), true);
  t.match(await store.agents.find(AGENT_ID), { current: { serialNumber: '1' }, renewed });
  t.equal(await store.agents.promote(AGENT_ID, '1'), false, 'only the renewed one is promoted');
  t.equal(await store.agents.promote(AGENT_ID, renewed.serialNumber), true);
  t.equal(await store.agents.promote(AGENT_ID, renewed.serialNumber), false, 'once');
  t.match(await store.agents.find(AGENT_ID), { current: renewed, renewed: undefined });

  t.equal(await store.agents.setVersion(AGENT_ID, '1.2.3'), true);
  t.equal(await store.agents.ban(AGENT_ID), true);
  t.match(await store.agents.find(AGENT_ID), { current: undefined, agentVersion: '1.2.3' });
  t.equal(await store.agents.setRenewed(AGENT_ID, renewed), false, 'not while banned');
  t.equal(await store.agents.delete(AGENT_ID), true);
  t.equal(await store.agents.find(AGENT_ID), undefined);
  const nobody = idOf('/spire/agent/join_token/nobody');
  t.equal(await store.agents.setRenewed(nobody, renewed), false);
  t.equal(await store.agents.ban(nobody), false);
  t.equal(await store.agents.delete(nobody), false);
  t.equal(await store.agents.setVersion(nobody, '1'), false);
}

const attestation = (hash: string, publicKeyHash = 'key'): JoinTokenAttestation => {
  const agent = attestedAgent();
  return { hash, publicKeyHash, agent: { ...agent, current: agent.current! } };
};

async function join(store: Datastore, hash: string): Promise<void> {
  await store.joinTokens.create({ hash, expiresAt: later(HOUR), aliasId: undefined });
  await store.joinTokens.attest(attestation(hash), NOW);
}

async function joinTokens(t: Test, open: (t: Test) => Promise<Datastore>): Promise<void> {
  await t.test('are good for one key', async (t) => {
    const { joinTokens: tokens } = await open(t);
    t.equal(await tokens.create({ hash: 'h', expiresAt: later(HOUR), aliasId: undefined }), true);
    t.equal(await tokens.create({ hash: 'h', expiresAt: later(HOUR), aliasId: undefined }), false);
    t.equal(await tokens.check('guess', 'key', NOW), 'unknown');
    t.equal(await tokens.check('h', 'key', NOW), 'usable');
    t.equal(await tokens.attest(attestation('h'), NOW), 'usable');
    t.equal(await tokens.check('h', 'other key', NOW), 'unknown', 'used');
    t.equal(await tokens.attest(attestation('h', 'other key'), NOW), 'unknown');
    t.equal(await tokens.attest(attestation('h'), NOW), 'usable', 'the same key asks again');
  });

  await t.test('50 at once, one key each: one wins (T-16)', async (t) => {
    const { joinTokens: tokens, agents: store } = await open(t);
    await tokens.create({ hash: 'h', expiresAt: later(HOUR), aliasId: idOf('/alias') });
    const keys = Array.from({ length: 50 }, (_, i) => `key ${i}`);
    const states = await Promise.all(keys.map((key) => tokens.attest(attestation('h', key), NOW)));
    t.equal(states.filter((state) => state === 'usable').length, 1);
    t.equal(states.filter((state) => state === 'unknown').length, 49);
    t.equal((await store.all()).length, 1);
  });

  await t.test('expire, also for the key that used them', async (t) => {
    const { joinTokens: tokens } = await open(t);
    await tokens.create({ hash: 'unused', expiresAt: later(HOUR), aliasId: undefined });
    await tokens.create({ hash: 'used', expiresAt: later(HOUR), aliasId: undefined });
    await tokens.attest(attestation('used'), NOW);
    t.equal(await tokens.attest(attestation('unused'), later(HOUR)), 'expired');
    t.equal(await tokens.attest(attestation('used'), later(HOUR)), 'expired');
    t.equal(await tokens.check('unused', 'key', later(HOUR)), 'expired');
    t.equal(await tokens.check('unused', 'key', NOW), 'unknown', 'its use, though late, spent it');
    t.equal(await tokens.prune(later(2 * HOUR)), 1);
  });

  await t.test('do not bring back an agent that was banned or evicted', async (t) => {
    const { joinTokens: tokens, agents: store } = await open(t);
    await tokens.create({ hash: 'h', expiresAt: later(HOUR), aliasId: undefined });
    await tokens.attest(attestation('h'), NOW);
    await store.ban(AGENT_ID);
    t.equal(await tokens.attest(attestation('h'), NOW), 'banned');
    t.equal((await store.find(AGENT_ID))?.current, undefined);
    await store.delete(AGENT_ID);
    t.equal(await tokens.attest(attestation('h'), NOW), 'unknown');
    t.equal(await store.find(AGENT_ID), undefined);
  });

  await t.test('give their agent its alias, and take it along when it goes', async (t) => {
    const store = await open(t);
    await store.joinTokens.create({ hash: 'h', expiresAt: later(HOUR), aliasId: idOf('/alias') });
    t.strictSame(await store.entries.all(), [], 'not before it is used');
    await store.joinTokens.attest(attestation('h'), NOW);
    await store.joinTokens.attest(attestation('h'), NOW);
    const [alias, ...others] = await store.entries.all();
    t.match(alias, {
      spiffeId: idOf('/alias'),
      parentId: AGENT_ID,
      selectors: [{ type: 'spiffe_id', value: AGENT_ID.toString() }],
    });
    t.strictSame(others, []);
    await store.agents.delete(AGENT_ID);
    t.strictSame(await store.entries.all(), []);
  });
}

async function changes(t: Test, open: (t: Test) => Promise<Datastore>): Promise<void> {
  const store = await open(t);
  const told: Change[] = [];
  const stop = store.subscribe((change) => told.push(change));
  const [outcome] = await store.entries.create([newEntry(), newEntry()], NOW);
  if (outcome?.kind !== 'created') throw new TypeError('not created');
  t.strictSame(told.splice(0), [{ kind: 'entry', id: outcome.entry.id, entry: outcome.entry }]);
  await store.entries.delete([outcome.entry.id, 'never was']);
  t.strictSame(told.splice(0), [{ kind: 'entry', id: outcome.entry.id, entry: undefined }]);
  await join(store, 'h');
  t.strictSame(told.splice(0), [
    { kind: 'agent', id: AGENT_ID, agent: await store.agents.find(AGENT_ID) },
  ]);
  await store.agents.promote(AGENT_ID, 'no such');
  t.strictSame(told, [], 'what changed nothing is not told');
  stop();
  await store.agents.ban(AGENT_ID);
  t.strictSame(told, []);
}
