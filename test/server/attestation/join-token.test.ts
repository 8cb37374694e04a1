import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { status } from '@grpc/grpc-js';
import type { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import t from 'tap';
import type { Test } from 'tap';
import { JoinTokenAttestor, hashToken, makeToken } from '../../../server/attestation/join-token.ts';
import { openSqlite } from '../../../server/datastore/sqlite/sqlite.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { TRUST_DOMAIN, attestedAgent } from '../../support/server-entries.ts';
import { temporaryDirectory } from '../../support/socket-path.ts';

const MINUTE = 60_000;
const bytes = (text: string): Buffer => Buffer.from(text);
const used = { code: status.INVALID_ARGUMENT, message: /does not exist or has already been used/ };

async function open(t: Test) {
  const datastore = await openSqlite(join(temporaryDirectory(t), 'db'));
  t.teardown(() => datastore.close());
  const clock = new FakeClock();
  const tokens = datastore.joinTokens;
  const attestor = new JoinTokenAttestor({ trustDomain: TRUST_DOMAIN, tokens, clock });
  const create = (token: string): Promise<boolean> =>
    tokens.create({
      hash: hashToken(token),
      expiresAt: new Date(clock.now().getTime() + MINUTE),
      aliasId: undefined,
    });
  return { datastore, clock, attestor, create };
}

const evidence = (token: string, key = 'key') => ({
  payload: bytes(token),
  publicKeyInfo: bytes(key),
});

function recorded(id: SpiffeId) {
  const { current, ...agent } = attestedAgent();
  return { ...agent, id, current: current! };
}

t.test('names the agent after its token', async (t) => {
  const { attestor, create, datastore } = await open(t);
  await create('a-token');
  const attestation = await attestor.attest(evidence('a-token'));
  t.equal(attestation.id.toString(), 'spiffe://example.org/spire/agent/join_token/a-token');
  t.match(attestation, { selectors: [], canReattest: false });
  t.equal(await datastore.agents.find(attestation.id), undefined, 'not recorded yet');
  await attestation.record(recorded(attestation.id));
  t.ok(await datastore.agents.find(attestation.id));
});

t.test('of two that pass the check at once, one is recorded (T-16)', async (t) => {
  const { attestor, create } = await open(t);
  await create('a-token');
  const [one, two] = await Promise.all(
    ['key 1', 'key 2'].map((key) => attestor.attest(evidence('a-token', key))),
  );
  const outcomes = await Promise.allSettled(
    [one!, two!].map((attestation) => attestation.record(recorded(attestation.id))),
  );
  t.strictSame(outcomes.map(({ status: outcome }) => outcome).sort(), ['fulfilled', 'rejected']);
  const refusal = outcomes.find((outcome) => outcome.status === 'rejected');
  t.match(refusal?.reason, used);
});

t.test('a token that ends between the check and the record is not good', async (t) => {
  const { attestor, create, clock, datastore } = await open(t);
  await create('a-token');
  const attestation = await attestor.attest(evidence('a-token'));
  clock.advance(MINUTE);
  await t.rejects(attestation.record(recorded(attestation.id)), {
    code: status.INVALID_ARGUMENT,
    message: /join token expired/,
  });
  t.strictSame(await datastore.agents.all(), []);
});

t.test('whatever was sent before it matched a hash is no part of an answer (T-16)', async (t) => {
  const { attestor, create } = await open(t);
  await create('a-token');
  for (const guess of ['', 'A-token', 'a-token\0', 'a-toke', '../a-token', '\n', 'x'.repeat(1e6)]) {
    const error: unknown = await attestor
      .attest(evidence(guess))
      .catch((refusal: unknown) => refusal);
    t.match(error, used);
    if (guess.trim() !== '') t.notOk(String(error).includes(guess));
  }
});

t.test('a banned agent does not come back with its token', async (t) => {
  const { attestor, create, datastore } = await open(t);
  await create('a-token');
  const attestation = await attestor.attest(evidence('a-token'));
  await attestation.record(recorded(attestation.id));
  await datastore.agents.ban(attestation.id);
  const again = await attestor.attest(evidence('a-token'));
  await t.rejects(again.record(recorded(again.id)), { code: status.PERMISSION_DENIED });
});

t.test('makeToken', async (t) => {
  t.match(makeToken('', TRUST_DOMAIN), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-/);
  t.not(makeToken('', TRUST_DOMAIN), makeToken('', TRUST_DOMAIN));
  t.equal(makeToken('my-node.1', TRUST_DOMAIN), 'my-node.1');
  for (const bad of ['a/b', '..', '.', 'a b', 'ü', 'a%2fb', 'x'.repeat(256)]) {
    t.throws(() => makeToken(bad, TRUST_DOMAIN), bad.slice(0, 20));
  }
});

t.test('of a token its hash alone is kept', async (t) => {
  t.equal(hashToken('a-token'), createHash('sha256').update('a-token').digest('hex'));
});
