import type { TrustBundle } from '@vouchsafe/pki/bundle/trust-bundle';
import { PkiError } from '@vouchsafe/pki/errors';
import { Selector } from '@vouchsafe/pki/selector';
import type { Test } from 'tap';
import type {
  Datastore,
  JoinTokenAttestation,
  Notice,
  StoredAuthority,
} from '../../../server/datastore/datastore.ts';
import {
  AGENT_ID,
  NOW,
  TRUST_DOMAIN,
  attestedAgent,
  idOf,
  newEntry,
} from '../../support/server-entries.ts';
import { batchContract, changeContract } from './change-contract.ts';
import { planContract } from './plan-contract.ts';
import { pruneContract } from './prune-contract.ts';
import { relationshipContract } from './relationship-contract.ts';
import { addKey, bundleContract, federatedBundleContract, keyIds } from './bundle-contract.ts';

const HOUR = 3_600_000;
const later = (ms: number): Date => new Date(NOW.getTime() + ms);

/** What every datastore must do; `open` gives an empty one that is closed with the test. */
export function datastoreContract(t: Test, open: (t: Test) => Promise<Datastore>): void {
  t.test('entries', (t) => entries(t, open));
  t.test('updates of entries', (t) => entryUpdates(t, open));
  t.test('entries that a guard keeps from a caller', (t) => entryGuards(t, open));
  t.test('plans', (t) => planContract(t, open));
  t.test('agents', (t) => agents(t, open));
  t.test('what has expired', (t) => pruneContract(t, open));
  t.test('join tokens', (t) => joinTokens(t, open));
  t.test('bundles', (t) => bundleContract(t, open));
  t.test('bundles of other trust domains', (t) => federatedBundleContract(t, open));
  t.test('federation relationships', (t) => relationshipContract(t, open));
  t.test('authorities', (t) => authorities(t, open));
  t.test('changes are told', (t) => changes(t, open));
  t.test('changes', (t) => changeContract(t, open));
  t.test('batches', (t) => batchContract(t, open));
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

async function entryUpdates(t: Test, open: (t: Test) => Promise<Datastore>): Promise<void> {
  const passes = (): undefined => undefined;

  await t.test('replace what they name, and count', async (t) => {
    const { entries: store } = await open(t);
    const full = newEntry({
      ...{ id: 'full', spiffeId: idOf('/full'), dnsNames: ['a.example'], hint: 'h' },
      expiresAt: later(HOUR),
    });
    await store.create([newEntry({ id: 'first' }), full], NOW);
    const [, before] = await store.all();
    const selectors = [Selector.of('unix', 'uid:2'), Selector.of('unix', 'gid:2')];
    const changes = { selectors, dnsNames: [], expiresAt: undefined, admin: true };
    const [outcome, ...others] = await store.update([{ id: 'full', changes }], passes);
    t.strictSame(others, []);
    const entry = { ...before!, ...changes, selectors: selectors.toReversed(), revisionNumber: 1 };
    t.strictSame(outcome, { kind: 'updated', entry });
    t.match(outcome, { entry: { hint: 'h', createdAt: NOW } });
    t.strictSame((await store.all())[1], entry, 'in its old place');
    const again = await store.update([{ id: 'full', changes: {} }], passes);
    t.match(again, [{ kind: 'updated', entry: { revisionNumber: 2, admin: true } }]);
  });

  await t.test('are each done or refused, in one go', async (t) => {
    const store = await open(t);
    const [taken, spiffeId] = [idOf('/taken'), idOf('/other')];
    await store.entries.create([newEntry({ id: 'a' }), newEntry({ id: 'b', spiffeId })], NOW);
    const told: Notice[] = [];
    store.subscribe((change) => told.push(change));
    const outcomes = await store.entries.update(
      [
        { id: 'a', changes: { spiffeId } },
        { id: 'never was', changes: { admin: true } },
        { id: 'a', changes: { hint: 'bad' } },
        { id: 'b', changes: { spiffeId: taken } },
        { id: 'a', changes: { spiffeId } },
      ],
      ({ hint, selectors }) => (hint === 'bad' && selectors.length > 0 ? 'is bad' : undefined),
    );
    t.match(outcomes, [
      { kind: 'similar', entry: { id: 'b' } },
      { kind: 'not_found' },
      { kind: 'invalid', problem: 'is bad' },
      { kind: 'updated', entry: { spiffeId: taken } },
      { kind: 'updated', entry: { spiffeId, revisionNumber: 1 } },
    ]);
    const all = await store.entries.all();
    t.strictSame(
      all.map(({ id, hint, revisionNumber }) => ({ id, hint, revisionNumber })),
      [
        { id: 'a', hint: '', revisionNumber: 1 },
        { id: 'b', hint: '', revisionNumber: 1 },
      ],
    );
    t.strictSame(
      told,
      [all[1]!, all[0]!].map((entry) => ({ kind: 'entry', id: entry.id, entry })),
      'what was refused is not told',
    );
  });

  await t.test('lose nothing when many come at once', async (t) => {
    const { entries: store } = await open(t);
    await store.create([newEntry({ id: 'a' })], NOW);
    const fields = ['admin', 'downstream', 'storeSvid'] as const;
    await Promise.all(
      fields.map((field) => store.update([{ id: 'a', changes: { [field]: true } }], passes)),
    );
    t.match(await store.all(), [
      { admin: true, downstream: true, storeSvid: true, revisionNumber: 3 },
    ]);
  });
}

async function entryGuards(t: Test, open: (t: Test) => Promise<Datastore>): Promise<void> {
  const { entries } = await open(t);
  const created = await entries.create(
    ['mine', 'theirs'].map((id) => newEntry({ id, spiffeId: idOf(`/${id}`) })),
    NOW,
  );
  t.equal(created.length, 2);
  const guard = ({ spiffeId }: { spiffeId: { path: string } }) =>
    spiffeId.path === '/mine' ? undefined : `not ${spiffeId.path}`;
  const to = (id: string, path: string) => ({ id, changes: { spiffeId: idOf(path) } });
  const updates = [to('theirs', '/mine'), to('mine', '/theirs'), to('absent', '/mine')];
  const hint = { id: 'mine', changes: { hint: 'x' } };
  t.match(await entries.update([...updates, hint], () => undefined, guard), [
    { kind: 'denied', problem: 'not /theirs' },
    { kind: 'denied', problem: 'not /theirs' },
    { kind: 'not_found' },
    { kind: 'updated', entry: { revisionNumber: 1 } },
  ]);
  t.match(await entries.delete(['theirs', 'mine', 'absent', 'theirs', 'mine'], guard), [
    { kind: 'denied', problem: 'not /theirs' },
    true,
    false,
    { kind: 'denied' },
    false,
  ]);
  t.match(await entries.all(), [{ id: 'theirs', revisionNumber: 0 }]);
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

const authority = (overrides: Partial<StoredAuthority> = {}): StoredAuthority => ({
  kind: 'x509',
  slot: 'A',
  status: 'active',
  authorityId: '00ff',
  issuedAt: NOW,
  expiresAt: later(HOUR),
  publicPart: Buffer.from([0, 255, 1]),
  ...overrides,
});

async function authorities(t: Test, open: (t: Test) => Promise<Datastore>): Promise<void> {
  const publish = (keyId: string) => ({ trustDomain: TRUST_DOMAIN, change: addKey(keyId) });

  await t.test('are saved together with the bundle that has them', async (t) => {
    const store = await open(t);
    t.strictSame(await store.authorities.all(), []);
    const bundle = await store.authorities.save([authority()], publish('a'));
    t.strictSame(keyIds(bundle), ['a']);
    t.strictSame(keyIds(await store.bundles.find(TRUST_DOMAIN)), ['a']);
    t.strictSame(await store.authorities.all(), [authority()]);
  });

  await t.test('have two slots of each kind', async (t) => {
    const { authorities: store } = await open(t);
    const b = authority({ slot: 'B', status: 'prepared', authorityId: 'b' });
    const jwt = authority({ kind: 'jwt', authorityId: 'kid' });
    await store.save([authority(), b], publish('a'));
    await store.save([jwt], publish('a'));
    t.strictSame(await store.all(), [jwt, authority(), b]);
    const [old, active] = [authority({ status: 'old' }), { ...b, status: 'active' } as const];
    await store.save([old, active], publish('a'));
    t.strictSame(await store.all(), [jwt, old, active], 'of which a new one takes the place');
  });

  await t.test('are not saved when they cannot be published', async (t) => {
    const store = await open(t);
    await store.authorities.save([authority()], publish('a'));
    const change = (): TrustBundle => {
      throw new PkiError('PKI_JWT_AUTHORITY_AMBIGUOUS');
    };
    const other = authority({ authorityId: 'other' });
    await t.rejects(store.authorities.save([other], { trustDomain: TRUST_DOMAIN, change }));
    t.strictSame(await store.authorities.all(), [authority()]);
    t.strictSame(keyIds(await store.bundles.find(TRUST_DOMAIN)), ['a']);
  });
}

async function changes(t: Test, open: (t: Test) => Promise<Datastore>): Promise<void> {
  const store = await open(t);
  const told: Notice[] = [];
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
  const bundle = await store.bundles.update(TRUST_DOMAIN, addKey('a'));
  t.strictSame(told.splice(0), [{ kind: 'bundle', trustDomain: TRUST_DOMAIN, bundle }]);
  await store.bundles.update(TRUST_DOMAIN, addKey('a'));
  await store.authorities.save([authority()], { trustDomain: TRUST_DOMAIN, change: addKey('a') });
  t.strictSame(told, [], 'nor is a bundle that is as it was');
  stop();
  await store.agents.ban(AGENT_ID);
  t.strictSame(told, []);
}
