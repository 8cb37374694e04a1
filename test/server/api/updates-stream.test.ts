// One stream of updates with time and the datastore in the test's hands.
import { join } from 'node:path';
import { Metadata } from '@grpc/grpc-js';
import { generateKeyPair } from '@vouchsafe/pki/keys/key-pair';
import { parseCertificate } from '@vouchsafe/pki/x509/certificate';
import type { WatchResponse } from '@vouchsafe/proto/gen/vouchsafe/server/updates/v1/WatchResponse';
import t from 'tap';
import type { Test } from 'tap';
import { AuditTrail } from '../../../server/api/audit-trail.ts';
import type { ServerCall } from '../../../server/api/server-call.ts';
import { updatesService } from '../../../server/api/updates.ts';
import type { Datastore, Notice } from '../../../server/datastore/datastore.ts';
import { openSqlite } from '../../../server/datastore/sqlite/sqlite.ts';
import { Registry } from '../../../server/registry.ts';
import { Broadcast } from '../../../server/updates/broadcast.ts';
import { Watchers } from '../../../server/updates/watchers.ts';
import { captureLog } from '../../support/capture-log.ts';
import { FakeCa } from '../../support/fake-ca.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { roleBook } from '../../support/roles.ts';
import { NOW, TRUST_DOMAIN, idOf, newEntry } from '../../support/server-entries.ts';
import { temporaryDirectory } from '../../support/socket-path.ts';

const RESYNC = { changes: [], resync: ['ENTRY', 'AGENT', 'BUNDLE'] };

async function setUp(t: Test, since?: Datastore['changes']['since']) {
  const stored = await openSqlite(join(temporaryDirectory(t), 'db'));
  t.teardown(() => stored.close());
  let reset: ((notice: Notice, revision: number) => void) | undefined;
  const registry = await Registry.load({
    ...{ entries: stored.entries, agents: stored.agents, joinTokens: stored.joinTokens },
    ...{ bundles: stored.bundles, authorities: stored.authorities, changes: stored.changes },
    relationships: stored.relationships,
    unreachableSince: undefined,
    subscribe: (listener) => {
      reset = listener;
      return stored.subscribe(listener);
    },
    follow: () => stored.follow(),
    refresh: () => stored.refresh(),
    close: () => stored.close(),
  });
  const clock = new FakeClock(NOW);
  const watchers = new Watchers();
  const { changes } = stored;
  const broadcast = new Broadcast({ trustDomain: TRUST_DOMAIN, registry, watchers, changes });
  const time = { leftMs: 200_000 };
  const service = updatesService({
    ...{ registry, watchers, broadcast, clock, log: captureLog().log, roles: roleBook() },
    changes: { since: since ?? ((revision, limit) => changes.since(revision, limit)) },
    leftMs: () => time.leftMs,
  });
  const end = new AbortController();
  const caller = { kind: 'local', uid: 0, gids: [], pid: 1 } as const;
  const watch = (from: number, as: ServerCall['caller'] = caller) => {
    const call: ServerCall = {
      ...{ method: '/Watch', peer: 'peer-1', metadata: new Metadata(), signal: end.signal },
      ...{ caller: as, agent: undefined, restriction: undefined, audit: new AuditTrail() },
    };
    const stream = service.Watch({ from_revision: String(from) }, call);
    return stream[Symbol.asyncIterator]() as AsyncGenerator<WatchResponse, undefined>;
  };
  const create = async (count: number) => {
    const entries = Array.from({ length: count }, (_, i) =>
      newEntry({ spiffeId: idOf(`/w/${stored.changes.revision}/${i}`) }),
    );
    await stored.entries.create(entries, NOW);
  };
  return { ...{ stored, clock, watchers, watch, create, end, time }, reset: reset! };
}

t.test('speaks every 15 seconds, if only to say how far it goes', async (t) => {
  const { clock, watch, create, end } = await setUp(t);
  await create(1);
  const stream = watch(1);
  t.strictSame((await stream.next()).value, { revision: '1', changes: [], resync: [] });
  const second = stream.next();
  await clock.waiting();
  t.strictSame(clock.waits, [15_000]);
  clock.advance(15_000);
  t.strictSame((await second).value, { revision: '1', changes: [], resync: [] });
  const last = stream.next();
  await clock.waiting();
  end.abort();
  t.equal((await last).done, true);
});

t.test('a slow reader is told of all it missed in one message', async (t) => {
  const { watch, create, watchers } = await setUp(t);
  const stream = watch(0);
  t.match((await stream.next()).value, RESYNC);
  for (let i = 0; i < 10; i++) await create(50);
  const { value } = await stream.next();
  t.equal(value!.changes!.length, 500);
  t.equal(value!.revision, '500');
  for (let i = 0; i < 3; i++) await create(500);
  t.match((await stream.next()).value, { revision: '2000', changes: [], resync: ['ENTRY'] });
  await stream.return(undefined);
  t.strictSame([...watchers.all()], [], 'and leaves nothing behind');
});

t.test('ends well before its connection is cut off, and not for a local caller', async (t) => {
  const { clock, watch, create, stored, time } = await setUp(t);
  await create(1);
  const local = watch(1);
  time.leftMs = 0;
  await local.next();
  const goesOn = local.next();
  await clock.waiting();
  clock.advance(15_000);
  t.equal((await goesOn).done, false);
  await local.return(undefined);

  const ca = await FakeCa.create(TRUST_DOMAIN.name, clock);
  const spiffeId = idOf('/admin');
  await stored.entries.create([newEntry({ id: 'admin', spiffeId, admin: true })], NOW);
  const { publicKeyInfo } = await generateKeyPair('ec-p256');
  const der = await ca.issue({ spiffeId: String(spiffeId), publicKeyInfo, ttlSeconds: 3600 });
  const certificate = parseCertificate(der);
  const remote = { kind: 'x509', id: spiffeId, certificate, address: 'test' } as const;
  const { revision } = stored.changes;
  const old = watch(revision, remote);
  t.equal((await old.next()).done, false);
  t.equal((await old.next()).done, true, 'on a connection that is old it says one thing');
  time.leftMs = 5000;
  const ends = watch(revision, remote);
  await ends.next();
  const last = ends.next();
  await clock.waiting();
  t.strictSame(clock.waits, [5000]);
  time.leftMs = 0;
  clock.advance(5000);
  t.equal((await last).done, true);
});

t.test('does not wait for a datastore that is slow, or fails', async (t) => {
  const fails = await setUp(t, () => Promise.reject(new Error('broken')));
  await fails.create(2);
  t.match((await fails.watch(1).next()).value, RESYNC);

  const hangs = await setUp(t, () => new Promise(() => undefined));
  await hangs.create(2);
  const first = hangs.watch(1).next();
  await hangs.clock.waiting();
  hangs.clock.advance(500);
  t.match((await first).value, RESYNC);

  const forgot = await setUp(t, () => Promise.resolve(undefined));
  await forgot.create(2);
  t.match((await forgot.watch(1).next()).value, RESYNC);
});

t.test('when single changes are no longer known, everything is read anew', async (t) => {
  const { watch, create, reset } = await setUp(t);
  await create(1);
  const stream = watch(1);
  await stream.next();
  reset({ kind: 'reset', entries: [], agents: [], bundles: [] }, 5);
  t.match((await stream.next()).value, RESYNC);
});
