import { join } from 'node:path';
import type { TrustBundle } from '@vouchsafe/pki/bundle/trust-bundle';
import { JwtAuthority } from '@vouchsafe/pki/jwt/jwt-authority';
import { TrustDomain } from '@vouchsafe/pki/trust-domain';
import t from 'tap';
import type { Test } from 'tap';
import type { Datastore, JoinTokenAttestation } from '../../server/datastore/datastore.ts';
import { openSqlite } from '../../server/datastore/sqlite/sqlite.ts';
import { Registry } from '../../server/registry.ts';
import {
  AGENT_ID,
  NOW,
  TRUST_DOMAIN,
  attestedAgent,
  idOf,
  newEntry,
} from '../support/server-entries.ts';
import { temporaryDirectory } from '../support/socket-path.ts';

const publicKeyInfo = Buffer.from('key');

async function open(t: Test, file = join(temporaryDirectory(t), 'db')) {
  const datastore = await openSqlite(file);
  t.teardown(() => datastore.close());
  return { file, datastore, registry: await Registry.load(datastore) };
}

const addKey = (keyId: string) => (bundle: TrustBundle) =>
  bundle.appendJwt(JwtAuthority.of({ keyId, publicKeyInfo }));

async function attest(datastore: Datastore, id = AGENT_ID): Promise<void> {
  const hash = id.toString();
  await datastore.joinTokens.create({
    hash,
    expiresAt: new Date(NOW.getTime() + 3_600_000),
    aliasId: idOf(`/alias${id.path}`),
  });
  const { current, ...agent } = attestedAgent();
  const attestation: JoinTokenAttestation = {
    hash,
    publicKeyHash: 'key',
    agent: { ...agent, id, current: current! },
  };
  await datastore.joinTokens.attest(attestation, NOW);
}

t.test('knows nothing of an empty datastore', async (t) => {
  const { registry } = await open(t);
  t.equal(registry.entries.size, 0);
  t.strictSame([...registry.agents()], []);
  t.equal(registry.findAgent(AGENT_ID), undefined);
  t.equal(registry.findBundle(TRUST_DOMAIN), undefined);
});

t.test('loads what there is, and has what is loaded again', async (t) => {
  const { file, datastore, registry } = await open(t);
  await datastore.entries.create([newEntry(), newEntry({ spiffeId: idOf('/two') })], NOW);
  await attest(datastore);
  await datastore.bundles.update(TRUST_DOMAIN, addKey('a'));
  const again = await open(t, file);
  t.strictSame([...again.registry.entries.all()], [...registry.entries.all()]);
  t.equal(again.registry.entries.size, 3, 'the alias of the agent among them');
  t.strictSame([...again.registry.agents()], [...registry.agents()]);
  t.ok(again.registry.findBundle(TRUST_DOMAIN)?.sameContents(registry.findBundle(TRUST_DOMAIN)!));
  t.equal(again.registry.findBundle(TRUST_DOMAIN)?.sequenceNumber, 1n);
});

t.test('is never behind what a caller was told', async (t) => {
  const { datastore, registry } = await open(t);
  const [outcome] = await datastore.entries.create([newEntry()], NOW);
  if (outcome?.kind !== 'created') throw new TypeError('not created');
  const { id } = outcome.entry;
  t.match(registry.entries.find(id), outcome.entry);
  const parentId = idOf('/moved');
  await datastore.entries.update([{ id, changes: { parentId } }], () => undefined);
  t.match(registry.entries.find(id), { revisionNumber: 1, parentId });
  t.equal(registry.entries.childrenOf(AGENT_ID).size, 0, 'nor has the old parent anything of it');
  await attest(datastore);
  t.equal(registry.findAgent(AGENT_ID)?.current?.serialNumber, '1');
  t.equal(registry.entries.size, 2);
  await datastore.agents.ban(AGENT_ID);
  t.equal(registry.findAgent(AGENT_ID)?.current, undefined, 'a ban counts at once');
  await datastore.agents.delete(AGENT_ID);
  t.equal(registry.findAgent(AGENT_ID), undefined);
  await datastore.entries.delete([id]);
  t.equal(registry.entries.size, 0, 'the alias went with its agent');
  await datastore.bundles.update(TRUST_DOMAIN, addKey('a'));
  t.match(registry.findBundle(TRUST_DOMAIN)?.jwtAuthorities, [{ keyId: 'a' }]);
});

t.test('agents stay in the order of their first attestation', async (t) => {
  const { datastore, registry } = await open(t);
  const ids = ['/spire/agent/join_token/b', '/spire/agent/join_token/a'].map(idOf);
  for (const id of ids) await attest(datastore, id);
  await datastore.agents.setVersion(ids[0]!, '1.0');
  t.strictSame(
    [...registry.agents()].map(({ id }) => id.path),
    ids.map(({ path }) => path),
  );
});

t.test('the bundle of another trust domain proves nothing here', async (t) => {
  const { datastore, registry } = await open(t);
  const other = TrustDomain.of('other.org');
  await datastore.bundles.update(other, addKey('a'));
  t.equal(registry.findBundle(TRUST_DOMAIN), undefined);
  t.ok(registry.findBundle(other));
});

t.test('what was rolled back was never there', async (t) => {
  const { datastore, registry } = await open(t);
  await datastore.bundles.update(TRUST_DOMAIN, addKey('a'));
  const refuse = (): TrustBundle => {
    throw new Error('no');
  };
  await t.rejects(datastore.bundles.update(TRUST_DOMAIN, refuse));
  await t.rejects(datastore.authorities.save([], { trustDomain: TRUST_DOMAIN, change: refuse }));
  t.equal(registry.findBundle(TRUST_DOMAIN)?.jwtAuthorities.length, 1);
});

t.test('tells what was there before a change, and what is after it', async (t) => {
  const { datastore, registry } = await open(t);
  const told: { readonly revision: number; readonly what: unknown }[] = [];
  registry.follow((succession, revision) => {
    // By then it has what it tells of.
    const what =
      succession.kind === 'entry'
        ? [
            succession.before?.hint,
            succession.after?.hint,
            registry.entries.find(succession.id)?.hint,
          ]
        : succession.kind;
    told.push({ revision, what });
  });
  await datastore.entries.create([newEntry({ id: 'e', hint: 'one' })], NOW);
  await datastore.entries.update([{ id: 'e', changes: { hint: 'two' } }], () => undefined);
  await datastore.entries.delete(['e']);
  await datastore.bundles.update(TRUST_DOMAIN, addKey('a'));
  t.strictSame(told, [
    { revision: 1, what: [undefined, 'one', 'one'] },
    { revision: 2, what: ['one', 'two', 'two'] },
    { revision: 3, what: ['two', undefined, undefined] },
    { revision: 4, what: 'bundle' },
  ]);
});
