import type { RequestListener } from 'node:http';
import { join } from 'node:path';
import { TrustBundle } from '@vouchsafe/pki/bundle/trust-bundle';
import { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import { TrustDomain } from '@vouchsafe/pki/trust-domain';
import t from 'tap';
import type { Test } from 'tap';
import { systemClock } from '../../../runtime/clock.ts';
import type { Clock } from '../../../runtime/clock.ts';
import { openSqlite } from '../../../server/datastore/sqlite/sqlite.ts';
import { BundleRefresher } from '../../../server/federation/refresh.ts';
import type { EndpointProfile } from '../../../server/federation/relationship.ts';
import { bundleEndpoint, documentOf, webCertificate } from '../../support/bundle-endpoint.ts';
import { captureLog } from '../../support/capture-log.ts';
import { FakeCa } from '../../support/fake-ca.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { temporaryDirectory } from '../../support/socket-path.ts';
import { selfSigned, shownBy } from '../../support/tls-peers.ts';

const ENDPOINT_ID = 'spiffe://other.test/endpoint';
const WEB: EndpointProfile = { kind: 'https_web' };
const spiffe = (id = ENDPOINT_ID): EndpointProfile => ({
  kind: 'https_spiffe',
  endpointId: SpiffeId.parse(id),
});
const trustDomain = TrustDomain.of('other.test');
const other = await FakeCa.create('other.test', systemClock);
const third = await FakeCa.create('third.test', systemClock);
const web = await FakeCa.create('web.test', systemClock);
const webPeer = await webCertificate(web);
const spiffePeer = await shownBy(other, ENDPOINT_ID);
const serve =
  (ca: FakeCa, sequenceNumber?: bigint): RequestListener =>
  (_request, response) =>
    response.end(documentOf(ca, sequenceNumber));

async function setUp(t: Test, clock: Clock = systemClock) {
  const store = await openSqlite(join(temporaryDirectory(t), 'db'));
  t.teardown(() => store.close());
  const { bundles } = store;
  const known = new Map([['other.test', other]]);
  const { log, records } = captureLog();
  const refresher = new BundleRefresher({
    bundles,
    clock,
    log,
    webRoots: web.pem(),
    authorities: (of) => known.get(of.name)?.certificates,
  });
  t.teardown(() => refresher.close());
  const refresh = (port: number, profile: EndpointProfile, host = 'localhost') =>
    refresher.refresh({ trustDomain, url: `https://${host}:${port}/`, profile });
  const serials = async () =>
    (await bundles.find(trustDomain))?.x509Certificates.map(({ serialNumber }) => serialNumber);
  return { bundles, refresher, refresh, serials, records, known };
}

/** A promise, and what fulfils it. */
function gate() {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((done) => (resolve = done));
  return { promise, resolve };
}

const serialsOf = (ca: FakeCa) => ca.certificates.map(({ serialNumber }) => serialNumber);

t.test('FED-20 fetches by Web PKI, and says so (FED-39)', async (t) => {
  const { refresh, serials, records } = await setUp(t);
  const port = await bundleEndpoint(t, webPeer, serve(other, 7n));
  await refresh(port, WEB);
  t.strictSame(await serials(), serialsOf(other));
  t.match(records, [
    {
      ...{ msg: 'Bundle of another trust domain fetched', trust_domain: 'other.test' },
      ...{ url: `https://localhost:${port}/`, profile: 'https_web', sequence_number: '7' },
    },
  ]);
});

t.test('FED-30 fetches from a server with exactly that X509-SVID', async (t) => {
  const { refresh, serials } = await setUp(t);
  const port = await bundleEndpoint(t, spiffePeer, serve(other));
  await refresh(port, spiffe(), '127.0.0.1');
  t.strictSame(await serials(), serialsOf(other));
});

t.test('FED-26 the endpoint may be of a trust domain that is federated with already', async (t) => {
  const { refresh, serials, known } = await setUp(t);
  const port = await bundleEndpoint(t, await shownBy(third, 'spiffe://third.test/e'), serve(other));
  const profile = spiffe('spiffe://third.test/e');
  await t.rejects(refresh(port, profile), {
    message: /local copy of the bundle of "third.test" not found/,
  });
  known.set('third.test', third);
  await refresh(port, profile);
  t.strictSame(await serials(), serialsOf(other));
});

t.test(
  'T-14 refuses endpoints that do not prove themselves, and keeps what is known',
  async (t) => {
    const { refresh, serials, bundles, known } = await setUp(t);
    known.set('third.test', third);
    const before = TrustBundle.of({ trustDomain, x509Authorities: [] });
    await bundles.write([{ trustDomain, change: () => before }]);
    for (const [name, shown, profile, host] of [
      ['FED-20 another host', webPeer, WEB, '127.0.0.1'],
      ['FED-20 a self-signed certificate', await selfSigned(), WEB, 'localhost'],
      ['FED-37 an X509-SVID in place of Web PKI', spiffePeer, WEB, 'localhost'],
      ['FED-37 Web PKI in place of an X509-SVID', webPeer, spiffe(), 'localhost'],
      [
        'FED-30 another SPIFFE ID',
        await shownBy(other, 'spiffe://other.test/workload'),
        spiffe(),
        'localhost',
      ],
      [
        'FED-36 the SPIFFE ID, signed by another trust domain',
        await shownBy(third, ENDPOINT_ID),
        spiffe(),
        'localhost',
      ],
      ['an SVID that has expired', await shownBy(other, ENDPOINT_ID, -5), spiffe(), 'localhost'],
    ] as const) {
      let asked = 0;
      const port = await bundleEndpoint(t, shown, (_request, response) => {
        asked++;
        response.end(documentOf(other));
      });
      await t.rejects(refresh(port, profile, host), { name: 'BundleRefreshError' }, name);
      t.strictSame(await serials(), [], 'nothing of it is taken');
      t.ok(asked <= 1);
    }
  },
);

t.test('FED-22 FED-33 follows redirects to where an endpoint may be', async (t) => {
  const { refresh, serials } = await setUp(t);
  const last = await bundleEndpoint(t, webPeer, serve(other));
  const first = await bundleEndpoint(t, webPeer, (_request, response) => {
    response.writeHead(302, { location: `https://localhost:${last}/` }).end();
  });
  await refresh(first, WEB);
  t.strictSame(await serials(), serialsOf(other));

  const impostor = await bundleEndpoint(
    t,
    await shownBy(other, 'spiffe://other.test/x'),
    serve(other),
  );
  const lured = await bundleEndpoint(t, spiffePeer, (_request, response) => {
    response.writeHead(307, { location: `https://localhost:${impostor}/` }).end();
  });
  await t.rejects(refresh(lured, spiffe()), { message: /spiffe:\/\/other.test\/x, and not/ });
});

t.test('T-14 FED-22 follows no redirect to anything else', async (t) => {
  const { refresh } = await setUp(t);
  for (const [location, message] of [
    ['http://169.254.169.254/latest/meta-data', /must use the https scheme/],
    ['file:///etc/passwd', /must use the https scheme/],
    ['https://user@localhost/', /user info/],
    ['https://[', /no URL/],
    ['/', /redirects more than 5 times/],
  ] as const) {
    const port = await bundleEndpoint(t, webPeer, (_request, response) => {
      response.writeHead(302, { location }).end();
    });
    await t.rejects(refresh(port, WEB), { message }, location);
  }
  const port = await bundleEndpoint(t, webPeer, (_request, response) => {
    response.writeHead(304).end();
  });
  await t.rejects(refresh(port, WEB), { message: /answers with status 304/ }, 'nor to nowhere');
});

t.test('T-14 answers that are no bundle', async (t) => {
  const { refresh, serials } = await setUp(t);
  const good = await bundleEndpoint(t, webPeer, serve(other));
  await refresh(good, WEB);
  const keys = (count: number) => `{"keys":[${Array<string>(count).fill('{}').join(',')}]}`;
  for (const [name, body, message] of [
    ['nothing', '', /JSON/],
    ['a page', '<html></html>', /JSON/],
    ['no keys', '{}', /keys/],
    ['many keys', keys(100_000), /bundle/],
  ] as const) {
    const port = await bundleEndpoint(t, webPeer, (_request, response) => response.end(body));
    await t.rejects(refresh(port, WEB), { name: 'BundleRefreshError', message }, name);
  }
  const status = await bundleEndpoint(t, webPeer, (_request, response) => {
    response.writeHead(503).end(documentOf(third));
  });
  await t.rejects(refresh(status, WEB), { message: /answers with status 503/ });
  t.strictSame(await serials(), serialsOf(other), 'the last good copy is kept');
});

t.test('T-14 an endless answer is cut off', async (t) => {
  const { refresh } = await setUp(t);
  let sent = 0;
  const port = await bundleEndpoint(t, webPeer, (_request, response) => {
    const chunk = Buffer.alloc(64 << 10, ' ');
    const more = (): void => {
      while (!response.destroyed && response.write(chunk)) sent += chunk.length;
    };
    response.on('drain', more);
    more();
  });
  await t.rejects(refresh(port, WEB), { message: /longer than 4194304 bytes/ });
  t.ok(sent < 64 << 20, `${sent} bytes were taken at most`);
});

t.test('T-14 an answer that never ends is given up', async (t) => {
  const clock = new FakeClock(new Date());
  const { refresh } = await setUp(t, clock);
  for (const dawdle of [
    (response: { write(text: string): unknown }) => response.write(' '),
    () => undefined,
  ]) {
    const asked = gate();
    const port = await bundleEndpoint(t, webPeer, (_request, response) => {
      dawdle(response);
      asked.resolve();
    });
    const refreshing = refresh(port, WEB);
    await asked.promise;
    clock.advance(30_000);
    await t.rejects(refreshing, { message: /took longer than 30 seconds/ });
  }
});

t.test('who asks at the same time shares one fetch', async (t) => {
  const { refresh } = await setUp(t);
  let asked = 0;
  const port = await bundleEndpoint(t, webPeer, (_request, response) => {
    asked++;
    response.end(documentOf(other));
  });
  await Promise.all([refresh(port, WEB), refresh(port, WEB), refresh(port, WEB)]);
  t.equal(asked, 1);
  await refresh(port, WEB);
  t.equal(asked, 2);
});

t.test('FED-07 BV-23 an older bundle does not replace a newer one', async (t) => {
  const { refresh, bundles, records } = await setUp(t);
  const stored = async () => (await bundles.find(trustDomain))?.sequenceNumber;
  const at = async (sequenceNumber: bigint) =>
    refresh(await bundleEndpoint(t, webPeer, serve(other, sequenceNumber)), WEB);
  await at(5n);
  await at(4n);
  t.equal(await stored(), 5n);
  t.match(records.at(-1), { msg: 'Fetched bundle is older than the one that is known' });
  await at(0n);
  t.equal(await stored(), 0n, 'without a number the last one retrieved is the newest');
});

t.test('BV-24 other contents under the same number are told', async (t) => {
  const { refresh, serials, records } = await setUp(t);
  const at = async (ca: FakeCa) => refresh(await bundleEndpoint(t, webPeer, serve(ca, 5n)), WEB);
  await at(other);
  await at(other);
  t.match(records.at(-1), { level: 'info' });
  await at(third);
  t.match(records.at(-1), { msg: 'Fetched bundle has the number of one that was another' });
  t.strictSame(await serials(), serialsOf(third), 'the last retrieved is taken');
});

t.test('gives up what is under way when the server stops', async (t) => {
  const { refresher, refresh } = await setUp(t);
  const asked = gate();
  const port = await bundleEndpoint(t, webPeer, () => asked.resolve());
  const refreshing = refresh(port, WEB);
  refreshing.catch(() => undefined);
  await asked.promise;
  await refresher.close();
  await t.rejects(refreshing, { message: /the server is stopping/ });
});
