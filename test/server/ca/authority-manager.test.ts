import { copyFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import { generateKeyPair } from '@vouchsafe/pki/keys/key-pair';
import { verifyJwtSvid } from '@vouchsafe/pki/jwt/jwt-svid';
import { parseCertificate } from '@vouchsafe/pki/x509/certificate';
import { verifyX509Svid } from '@vouchsafe/pki/x509/verify';
import t from 'tap';
import type { StoredAuthority } from '../../../server/datastore/datastore.ts';
import { TRUST_DOMAIN } from '../../support/server-entries.ts';
import { newDisk, openAuthorities } from '../../support/test-authorities.ts';
import type { Fault, Step, TestAuthorities } from '../../support/test-authorities.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const SECOND = 1000;
const WORKLOAD = SpiffeId.parse('spiffe://example.org/workload');
const workloadKey = await generateKeyPair('ec-p256');

type Kind = StoredAuthority['kind'];
const KINDS: readonly Kind[] = ['x509', 'jwt'];
const KEY_NAMES = {
  x509: { A: 'x509-CA-A', B: 'x509-CA-B' },
  jwt: { A: 'JWT-Signer-A', B: 'JWT-Signer-B' },
} as const;

/** The journal of one kind as `slot status`, and the authority's ID. */
async function journal({ datastore }: TestAuthorities, kind: Kind): Promise<StoredAuthority[]> {
  return (await datastore.authorities.all()).filter((stored) => stored.kind === kind);
}

const slotsOf = async (server: TestAuthorities, kind: Kind): Promise<string> =>
  (await journal(server, kind)).map(({ slot, status }) => `${slot} ${status}`).join(', ');

/** The public keys of one kind that the trust domain believes, hex. */
async function published({ datastore }: TestAuthorities, kind: Kind): Promise<string[]> {
  const bundle = await datastore.bundles.find(TRUST_DOMAIN);
  const keys =
    kind === 'x509'
      ? bundle?.x509Certificates.map(({ publicKeyInfo }) => publicKeyInfo)
      : bundle?.jwtAuthorities.map(({ publicKeyInfo }) => publicKeyInfo);
  return (keys ?? []).map(hex);
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

const keyOf = async (
  { keys }: TestAuthorities,
  kind: Kind,
  slot: 'A' | 'B',
): Promise<string | undefined> => {
  const signer = await keys.find(KEY_NAMES[kind][slot]);
  return signer && hex(signer.publicKeyInfo);
};

/** Signs an SVID of this kind and proves it with the bundle in the database. Rejects when either fails. */
async function signAndProve({ ca, clock, datastore }: TestAuthorities, kind: Kind): Promise<void> {
  const bundle = await datastore.bundles.find(TRUST_DOMAIN);
  const now = clock.now();
  if (kind === 'x509') {
    const { publicKeyInfo } = workloadKey;
    const { chain } = await ca.issueX509Svid({
      spiffeId: WORKLOAD,
      publicKeyInfo,
      ttlSeconds: 3600,
    });
    const authorities = () => bundle?.x509Certificates;
    verifyX509Svid({ chain: chain.map(parseCertificate), authorities, now });
    return;
  }
  const request = { spiffeId: WORKLOAD, audience: ['a'], ttlSeconds: 300, withId: false };
  const { token } = await ca.issueJwtSvid(request);
  await verifyJwtSvid(token, { audience: 'a', authorities: () => bundle?.jwtAuthorities, now });
}

for (const kind of KINDS) {
  t.test(`${kind}: a day in the life of an authority (S-CA-03 to S-CA-07)`, async (t) => {
    const server = await openAuthorities(t, newDisk(t));
    const { [kind]: manager, clock } = server;
    t.equal(manager.active, undefined, 'nothing signs before the first rotation');
    t.equal(manager.nextStepAt, undefined, 'which is due at once');

    await manager.rotate();
    const first = manager.active!;
    t.equal(await slotsOf(server, kind), 'A active');
    t.strictSame(first.expiresAt, new Date(clock.now().getTime() + DAY), 'ca_ttl, of either kind');
    t.strictSame(await published(server, kind), [await keyOf(server, kind, 'A')]);
    t.strictSame(manager.nextStepAt, new Date(clock.now().getTime() + 12 * HOUR));

    clock.advance(12 * HOUR);
    await manager.rotate();
    t.equal(await slotsOf(server, kind), 'A active', 'not before half its life is over');
    clock.advance(SECOND);
    await manager.rotate();
    t.equal(await slotsOf(server, kind), 'A active, B prepared');
    t.equal((await published(server, kind)).length, 2, 'its successor is known');
    t.equal(manager.active, first, 'before it signs');

    clock.advance(8 * HOUR - SECOND);
    await manager.rotate();
    t.equal(manager.active, first);
    clock.advance(SECOND);
    await manager.rotate();
    t.equal(await slotsOf(server, kind), 'A old, B active');
    const second = manager.active!;
    t.not(second.authorityId, first.authorityId);
    await signAndProve(server, kind);

    clock.advance(4 * HOUR + SECOND);
    await manager.rotate();
    t.match(await slotsOf(server, kind), 'A prepared, B active', 'the slots take turns');
    t.equal((await published(server, kind)).length, 3);
    t.equal(manager.active, second);
  });

  t.test(`${kind}: a restart changes nothing (S-CA-07)`, async (t) => {
    const disk = newDisk(t);
    const before = await openAuthorities(t, disk);
    await before[kind].rotate();
    disk.clock.advance(13 * HOUR);
    await before[kind].rotate();
    const stored = await journal(before, kind);
    const sequence = (await before.datastore.bundles.find(TRUST_DOMAIN))?.sequenceNumber;
    await before.close();

    const after = await openAuthorities(t, disk);
    t.equal(after[kind].active?.authorityId, before[kind].active?.authorityId, 'as soon as loaded');
    t.strictSame(after[kind].nextStepAt, before[kind].nextStepAt);
    await after[kind].rotate();
    t.strictSame(await journal(after, kind), stored);
    t.equal((await after.datastore.bundles.find(TRUST_DOMAIN))?.sequenceNumber, sequence);
    await signAndProve(after, kind);
    t.strictSame(
      after.captured.records.filter(({ level }) => level !== 'debug'),
      [],
      'and is not worth a word',
    );
  });

  t.test(`${kind}: after a standstill beyond all lives`, async (t) => {
    const disk = newDisk(t);
    const before = await openAuthorities(t, disk);
    await before[kind].rotate();
    await before.close();
    disk.clock.advance(3 * DAY);

    const after = await openAuthorities(t, disk);
    t.equal(after[kind].active, undefined, 'what has expired does not sign');
    await after[kind].rotate();
    t.equal(await slotsOf(after, kind), 'A old, B active');
    await signAndProve(after, kind);
    const { authorityId } = after[kind].active!;
    await after.close();

    const again = await openAuthorities(t, disk);
    await again[kind].rotate();
    t.equal(again[kind].active?.authorityId, authorityId, 'the next restart changes nothing');
  });

  t.test(`${kind}: a standstill that the prepared one outlived`, async (t) => {
    const disk = newDisk(t);
    const before = await openAuthorities(t, disk);
    await before[kind].rotate();
    disk.clock.advance(13 * HOUR);
    await before[kind].rotate();
    await before.close();
    disk.clock.advance(12 * HOUR);

    const after = await openAuthorities(t, disk);
    await after[kind].rotate();
    t.match(await slotsOf(after, kind), 'B active', 'signs, and is known to everybody already');
    await signAndProve(after, kind);
  });

  t.test(`${kind}: keys that are lost are not missed for long (S-CA-07)`, async (t) => {
    const disk = newDisk(t);
    const before = await openAuthorities(t, disk);
    await before[kind].rotate();
    const lost = before[kind].active!;
    await before.close();
    rmSync(join(disk.directory, 'keys.json'));

    const after = await openAuthorities(t, disk);
    t.equal(after[kind].active, undefined);
    t.match(after.captured.records, [
      {
        level: 'warn',
        msg: 'Authority has no key and is given up',
        authority_id: lost.authorityId,
      },
    ]);
    await after[kind].rotate();
    t.not(after[kind].active?.authorityId, lost.authorityId);
    t.ok((await published(after, kind)).length === 2, 'what the lost one signed is still proven');
    await signAndProve(after, kind);
  });

  t.test(`${kind}: a key that is another than the recorded one does not sign`, async (t) => {
    const disk = newDisk(t);
    const before = await openAuthorities(t, disk);
    await before[kind].rotate();
    await before.keys.generate(KEY_NAMES[kind].A, 'ec-p256');
    await before.close();

    const after = await openAuthorities(t, disk);
    t.equal(after[kind].active, undefined);
    const orphan = await keyOf(after, kind, 'A');
    await after[kind].rotate();
    t.notOk((await published(after, kind)).includes(orphan!), 'and is never published');
    await signAndProve(after, kind);
  });

  t.test(`${kind}: the active key lost, its successor prepared`, async (t) => {
    const disk = newDisk(t);
    const before = await openAuthorities(t, disk);
    await before[kind].rotate();
    disk.clock.advance(13 * HOUR);
    await before[kind].rotate();
    await before.keys.generate(KEY_NAMES[kind].A, 'ec-p256');
    await before.close();

    const after = await openAuthorities(t, disk);
    await after[kind].rotate();
    const { authorityId } = after[kind].active!;
    t.equal(
      (await journal(after, kind)).find(({ slot }) => slot === 'B')?.authorityId,
      authorityId,
    );
    t.equal((await published(after, kind)).length, 2, 'the successor signs, no other is needed');
    await after.close();

    const again = await openAuthorities(t, disk);
    await again[kind].rotate();
    t.equal(again[kind].active?.authorityId, authorityId, 'nor after the next restart');
  });
}

t.test('a clock that ran ahead and was set back does not make SVIDs of the future', async (t) => {
  for (const kind of KINDS) {
    const server = await openAuthorities(t, newDisk(t));
    await server[kind].rotate();
    server.clock.advance(2 * DAY);
    await server[kind].rotate();
    server.clock.advance(-2 * DAY);
    await server[kind].rotate();
    await signAndProve(server, kind);
    const { authorityId } = server[kind].active!;
    server.clock.advance(-9 * SECOND);
    await server[kind].rotate();
    t.equal(server[kind].active?.authorityId, authorityId, 'a small step back is cushioned');
    await signAndProve(server, kind);
  }
});

t.test('a lost key that comes back does not take over', async (t) => {
  for (const kind of KINDS) {
    const disk = newDisk(t);
    const before = await openAuthorities(t, disk);
    await before[kind].rotate();
    disk.clock.advance(13 * HOUR);
    await before[kind].rotate();
    const file = join(disk.directory, 'keys.json');
    copyFileSync(file, `${file}.backup`);
    await before.keys.generate(KEY_NAMES[kind].A, 'ec-p256');
    await before.close();
    const without = await openAuthorities(t, disk);
    await without[kind].rotate();
    const { authorityId } = without[kind].active!;
    await without.close();

    renameSync(`${file}.backup`, file);
    const after = await openAuthorities(t, disk);
    await after[kind].rotate();
    t.equal(after[kind].active?.authorityId, authorityId);
    await signAndProve(after, kind);
  }
});

/** The steps of the succession, with the time at which each is due. */
const STEPS: readonly { name: string; at: number; operations: readonly Step[] }[] = [
  { name: 'establish', at: 0, operations: ['generate', 'save'] },
  { name: 'prepare', at: 13 * HOUR, operations: ['generate', 'save'] },
  { name: 'activate', at: 21 * HOUR, operations: ['save'] },
];
const FAULTS: readonly Fault[] = ['before', 'after'];

const crashes = KINDS.flatMap((kind) =>
  STEPS.flatMap((step) =>
    step.operations.flatMap((operation) =>
      FAULTS.map((fault) => ({ kind, ...step, operation, fault })),
    ),
  ),
);

for (const { kind, name, at, operation, fault } of crashes) {
  t.test(`${kind}: killed in ${name}, ${fault} ${operation}`, async (t) => {
    const disk = newDisk(t);
    const before = await openAuthorities(t, disk);
    for (const earlier of STEPS.filter((step) => step.at < at)) {
      disk.clock.advance(earlier.at - sinceStart(disk));
      await before[kind].rotate();
    }
    disk.clock.advance(at - sinceStart(disk));
    const active = before[kind].active?.authorityId;
    before.fail(operation, fault);
    await t.rejects(before[kind].rotate(), { message: `killed ${fault} ${operation}` });
    const orphans = await unrecordedKeys(before, kind);
    await before.close();

    const after = await openAuthorities(t, disk);
    if (active !== undefined && name !== 'activate') {
      t.equal(after[kind].active?.authorityId, active, 'who signed before, signs');
    }
    await after[kind].rotate();
    await signAndProve(after, kind);
    const believed = await published(after, kind);
    t.strictSame(
      orphans.filter((orphan) => believed.includes(orphan)),
      [],
      'a key that was made for nothing is never believed',
    );
    const stored = await journal(after, kind);
    t.equal(stored.filter(({ status }) => status === 'active').length, 1);
    for (const { slot, status, publicPart } of stored) {
      if (status === 'old') continue;
      const recorded = kind === 'x509' ? parseCertificate(publicPart).publicKeyInfo : publicPart;
      t.equal(await keyOf(after, kind, slot), hex(recorded), `${slot} ${status} has its key`);
      t.ok(believed.includes(hex(recorded)), 'and is believed');
    }
  });
}

const START = newDisk(t).clock.now().getTime();
const sinceStart = ({ clock }: { clock: { now(): Date } }): number => clock.now().getTime() - START;

/** Keys on disk that the journal knows nothing of. */
async function unrecordedKeys(server: TestAuthorities, kind: Kind): Promise<string[]> {
  const recorded = (await journal(server, kind)).map(({ publicPart }) =>
    hex(kind === 'x509' ? parseCertificate(publicPart).publicKeyInfo : publicPart),
  );
  const held = [await keyOf(server, kind, 'A'), await keyOf(server, kind, 'B')];
  return held.filter((key) => key !== undefined).filter((key) => !recorded.includes(key));
}

t.test('a step that failed is taken by the next rotation, in the same process', async (t) => {
  for (const { kind, operation, fault } of crashes.filter(({ name }) => name === 'prepare')) {
    const server = await openAuthorities(t, newDisk(t));
    await server[kind].rotate();
    server.clock.advance(13 * HOUR);
    server.fail(operation, fault);
    await t.rejects(server[kind].rotate(), `${kind} ${fault} ${operation}`);
    t.equal(await slotsOf(server, kind).then((slots) => slots.split(',')[0]), 'A active');
    await signAndProve(server, kind);
    await server[kind].rotate();
    t.equal(await slotsOf(server, kind), 'A active, B prepared');
    server.clock.advance(8 * HOUR);
    await server[kind].rotate();
    t.equal(await slotsOf(server, kind), 'A old, B active');
    await signAndProve(server, kind);
  }
});

t.test(
  'of an authority whose succession failed until it expired nothing comes any more',
  async (t) => {
    for (const kind of KINDS) {
      const server = await openAuthorities(t, newDisk(t));
      await server[kind].rotate();
      server.clock.advance(DAY);
      t.equal(server[kind].active, undefined);
      await t.rejects(signAndProve(server, kind), { message: /server is initializing/ });
    }
  },
);
