// The disk under a server's data directory fills up, and is cleared again, while the server runs.
import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { status } from '@grpc/grpc-js';
import { generateKeyPair } from '@vouchsafe/pki/keys/key-pair';
import { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import { createCsr } from '@vouchsafe/pki/x509/csr';
import t from 'tap';
import type { Test } from 'tap';
import { FakeClock } from '../support/fake-clock.ts';
import { temporaryDirectory } from '../support/socket-path.ts';
import { attest, call, newAgent, newToken, startTestServer } from '../support/test-server.ts';
import type { TestServer } from '../support/test-server.ts';

const HOUR = 3_600_000;
/** The waits of a server that has nothing to do: for the authorities, its own SVID and old tokens. */
const IDLE_WAITS = 3;

const canMount = spawnSync('unshare', ['--mount', 'true']).status === 0;

/** A directory for a server whose data is on a disk of its own, a small one. */
function smallDisk(t: Test) {
  const directory = temporaryDirectory(t);
  const data = join(directory, 'data');
  mkdirSync(data, { mode: 0o700 });
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m,mode=0700', 'tmpfs', data]);
  t.teardown(() => execFileSync('umount', ['--lazy', data]));
  const ballast = join(data, 'ballast');
  return {
    directory,
    data,
    fill: () => fill(ballast),
    clear: () => rmSync(ballast),
  };
}

function fill(path: string): void {
  const fd = openSync(path, 'w');
  for (const size of [65_536, 4096, 1]) {
    const bytes = Buffer.alloc(size);
    try {
      for (;;) if (writeSync(fd, bytes) < size) break;
    } catch (error) {
      if ((error as { code?: unknown }).code !== 'ENOSPC') throw error;
    }
  }
  closeSync(fd);
}

/** Creates entries until one is refused; the IDs of the others. */
async function createUntilRefused(server: TestServer): Promise<{ ids: string[]; error: unknown }> {
  const ids: string[] = [];
  for (;;) {
    try {
      ids.push(await createEntry(server, ids.length));
    } catch (error) {
      return { ids, error };
    }
  }
}

let names = 0;

async function createEntry(server: TestServer, uid: number): Promise<string> {
  const client = server.local('entry');
  const trust_domain = 'example.org';
  const entry = {
    parent_id: { trust_domain, path: '/node' },
    spiffe_id: { trust_domain, path: `/workload-${++names}` },
    selectors: [{ type: 'unix', value: `uid:${uid}` }],
  };
  const { results } = await call(client, client.BatchCreateEntry, { entries: [entry] });
  const [result] = results;
  if (result?.status?.code !== status.OK) throw new Error(result?.status?.message);
  return result.entry!.id;
}

async function listedIds(server: TestServer): Promise<string[]> {
  const client = server.local('entry');
  const { entries } = await call(client, client.ListEntries, {});
  return entries.map(({ id }) => id);
}

t.test('a full disk', { skip: !canMount && 'needs root' }, async (t) => {
  const disk = smallDisk(t);
  const clock = new FakeClock(new Date());
  const { directory } = disk;
  const server = await startTestServer(t, { directory, clock });
  const agent = await newAgent(server);
  const token = await newToken(server);
  disk.fill();

  const { ids, error } = await createUntilRefused(server);
  t.match(error, { code: status.UNAVAILABLE }, 'refuses what it cannot keep');
  t.match(
    server.log.findLast(({ status: code }) => code === 'UNAVAILABLE'),
    { error: { code: 'DATASTORE_FULL', message: /no space left/ } },
    'and says why to who runs it',
  );
  t.same(new Set(await listedIds(server)), new Set(ids), 'has what it acknowledged, and no more');

  await t.test('serves on from what it knows', async (t) => {
    const admin = server.local('svid');
    await t.resolves(call(admin, admin.MintX509SVID, { csr: await csrOf('/minted') }));
    const entries = server.tls('entry', agent.identity);
    await t.resolves(call(entries, entries.GetAuthorizedEntries, {}));
  });

  await t.test('no join token is spent on an agent that cannot be recorded', async (t) => {
    const client = server.tls('agent');
    await t.rejects(attest(client, token), { code: status.UNAVAILABLE });
    disk.clear();
    const { path } = await attest(client, token);
    t.match(path, token);
    disk.fill();
    await createUntilRefused(server);
  });

  await t.test('authorities sign on, and their succession waits for room', async (t) => {
    const bundles = server.local('bundle');
    const before = await call(bundles, bundles.GetBundle, {});
    const keys = readFileSync(join(disk.data, 'keys.json'));
    await clock.waiting(IDLE_WAITS);
    clock.advance(13 * HOUR);
    await failure(server, 'Authority rotation failed');
    t.same(readFileSync(join(disk.data, 'keys.json')), keys, 'no key is lost');
    const admin = server.local('svid');
    await t.resolves(call(admin, admin.MintX509SVID, { csr: await csrOf('/minted') }));
    t.strictSame(await call(bundles, bundles.GetBundle, {}), before);

    disk.clear();
    let now = before;
    while (now.x509_authorities.length < 2 || now.jwt_authorities.length < 2) {
      clock.advance(10_000);
      now = await call(bundles, bundles.GetBundle, {});
    }
    t.ok(now.sequence_number > before.sequence_number, 'goes on by itself');
    await t.resolves(createEntry(server, 1), 'as does the rest');
  });

  await t.test('a start says what is wrong, and breaks nothing', async (t) => {
    const known = await listedIds(server);
    await server.close();
    disk.fill();
    const started = await startTestServer(t, { directory, clock }).catch(
      (failed: unknown) => failed,
    );
    t.match(started, { code: /^DATASTORE_(FULL|UNAVAILABLE)$/, message: /datastore\.sqlite/ });
    disk.clear();
    const again = await startTestServer(t, { directory, clock });
    t.same(new Set(await listedIds(again)), new Set(known));
  });
});

async function csrOf(path: string): Promise<Buffer> {
  const { signer } = await generateKeyPair('ec-p256');
  const spiffeId = SpiffeId.parse(`spiffe://example.org${path}`);
  return Buffer.from(await createCsr({ signer, spiffeId }));
}

async function failure(server: TestServer, message: string): Promise<void> {
  while (!server.log.some(({ msg }) => msg === message)) await new Promise(setImmediate);
}
