import { X509Certificate, createPrivateKey } from 'node:crypto';
import { parsePem } from '@vouchsafe/pki/keys/pem';
import { parseCertificate } from '@vouchsafe/pki/x509/certificate';
import { verifyX509Svid } from '@vouchsafe/pki/x509/verify';
import t from 'tap';
import type { Test } from 'tap';
import { ServerSvid } from '../../../server/ca/server-svid.ts';
import type { ServerIdentity } from '../../../server/ca/server-svid.ts';
import { TRUST_DOMAIN } from '../../support/server-entries.ts';
import { newDisk, openAuthorities } from '../../support/test-authorities.ts';
import type { TestAuthorities } from '../../support/test-authorities.ts';

const HOUR = 3_600_000;
const SECOND = 1000;

interface Opened extends TestAuthorities {
  readonly svid: ServerSvid;
  /** All identities that were told, in order. */
  readonly told: ServerIdentity[];
}

async function open(t: Test, ttlSeconds = 3600): Promise<Opened> {
  const server = await openAuthorities(t, newDisk(t));
  await server.x509.rotate();
  const { ca, clock, captured } = server;
  const svid = new ServerSvid({
    trustDomain: TRUST_DOMAIN,
    authority: ca,
    keyType: 'ec-p256',
    ttlSeconds,
    clock,
    log: captured.log,
  });
  const told: ServerIdentity[] = [];
  svid.subscribe((identity) => told.push(identity));
  return { ...server, svid, told };
}

async function run(t: Test, { svid, clock }: Opened): Promise<void> {
  const stop = new AbortController();
  const running = svid.run(stop.signal);
  t.teardown(async () => {
    stop.abort();
    await running;
  });
  await clock.waiting();
}

const leafOf = (identity: ServerIdentity | undefined) =>
  parseCertificate(parsePem(identity!.certificate, 'CERTIFICATE')[0]!);

/** Lets the loop look at the time after `ms`. */
async function pass({ clock }: Opened, ms: number): Promise<void> {
  clock.advance(ms);
  await clock.waiting();
}

t.test('is the identity of the server, proven by the bundle (S-CA-13)', async (t) => {
  const server = await open(t);
  t.strictSame(server.told, [], 'nothing is told before there is one');
  await server.svid.rotate();
  const [identity, ...others] = server.told;
  t.strictSame(others, []);
  const leaf = leafOf(identity);
  const bundle = await server.datastore.bundles.find(TRUST_DOMAIN);
  const id = verifyX509Svid({
    chain: [leaf],
    authorities: () => bundle?.x509Certificates,
    now: server.clock.now(),
  });
  t.equal(id.toString(), 'spiffe://example.org/spire/server');
  const key = createPrivateKey(identity!.key);
  t.ok(new X509Certificate(identity!.certificate).checkPrivateKey(key), 'with its key');

  const late: ServerIdentity[] = [];
  server.svid.subscribe((present) => late.push(present));
  t.strictSame(late, [identity], 'who subscribes later is told at once');
  await server.svid.rotate();
  t.equal(server.told.length, 2);
  t.equal(late.length, 2);
  t.notSame(leafOf(server.told[1]).publicKeyInfo, leaf.publicKeyInfo, 'each has a new key');
  t.notMatch(server.captured.text(), 'PRIVATE KEY', 'which is in no log (T-27)');
});

t.test('is replaced at half its life', async (t) => {
  const server = await open(t);
  await server.svid.rotate();
  await run(t, server);
  const { notBefore, notAfter } = leafOf(server.told[0]);
  const half = (notAfter.getTime() - notBefore.getTime()) / 2;
  const left = notBefore.getTime() + half - server.clock.now().getTime();
  t.strictSame(server.clock.waits, [5000], 'time is looked at every five seconds');
  await pass(server, left - SECOND);
  t.equal(server.told.length, 1);
  await pass(server, SECOND);
  t.equal(server.told.length, 2);
  await pass(server, 5000);
  t.equal(server.told.length, 2, 'once');
});

t.test('never outlives its authority, and is replaced by one of the next in time', async (t) => {
  const server = await open(t, 20 * 3600);
  await server.svid.rotate();
  server.clock.advance(13 * HOUR);
  await server.x509.rotate();
  await server.svid.rotate();
  const last = leafOf(server.told[1]);
  t.strictSame(last.notAfter, server.x509.active!.expiresAt, 'cut short');
  server.clock.advance(8 * HOUR);
  await server.x509.rotate();
  t.ok(server.clock.now() < last.notAfter);
  await run(t, server);
  await pass(server, 5000);
  const next = leafOf(server.told[2]);
  t.equal(next.authorityKeyId, server.x509.active!.authorityId);
  t.ok(next.notAfter > last.notAfter);
});

t.test('a replacement that fails is logged and tried again, the present one stays', async (t) => {
  const server = await open(t);
  await server.svid.rotate();
  await run(t, server);
  await pass(server, 25 * HOUR);
  t.match(server.captured.records.at(-1), {
    level: 'error',
    msg: 'Server X509-SVID could not be rotated',
    error: { message: 'server is initializing' },
  });
  t.equal(server.told.length, 1);
  t.strictSame(server.clock.waits, [5000]);
  await server.x509.rotate();
  await pass(server, 5000);
  await pass(server, 100);
  t.equal(server.told.length, 2);
});

t.test('it ends when told to', async (t) => {
  const server = await open(t);
  await server.svid.rotate();
  const stop = new AbortController();
  const running = server.svid.run(stop.signal);
  await server.clock.waiting();
  stop.abort();
  await running;
});
