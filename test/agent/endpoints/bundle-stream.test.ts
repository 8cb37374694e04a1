import t from 'tap';
import { status } from '@grpc/grpc-js';
import { parseCertificates } from '@vouchsafe/pki/x509/certificate';
import { entryOf } from '../../support/entries.ts';
import { FakeCa } from '../../support/fake-ca.ts';
import { startEndpoint } from '../../support/workload-endpoint.ts';

const NO_IDENTITY = { code: status.PERMISSION_DENIED, details: 'no identity issued' };
const names = ({ bundles }: { bundles: object }): string[] =>
  Object.keys(bundles)
    .map((id) => id.replace('spiffe://', ''))
    .sort();

for (const method of ['FetchX509Bundles', 'FetchJWTBundles'] as const) {
  t.test(`STR-02: STR-03: ${method} sends everything again when something differs`, async (t) => {
    const endpoint = await startEndpoint(t);
    const other = await FakeCa.create('other.org', endpoint.clock);
    endpoint.publish(other);
    await endpoint.issue(entryOf('a'));
    const stream = endpoint.client().stream(method);
    const first = await stream.next();
    t.strictSame(names(first), ['example.org']);

    await endpoint.issue(entryOf('b', { federatesWith: ['other.org'] }));
    t.strictSame(names(await stream.next()), ['example.org', 'other.org']);

    await endpoint.ca.rotate();
    endpoint.publish(other);
    const rotated = await stream.next();
    t.notSame(rotated.bundles['spiffe://example.org'], first.bundles['spiffe://example.org']);

    endpoint.withdraw('b');
    t.strictSame(names(await stream.next()), ['example.org'], 'STR-04: WAPI-09: WAPI-25');

    endpoint.withdraw('a');
    await t.rejects(stream.next(), NO_IDENTITY, 'STR-05');
    t.equal(endpoint.svids.subscribers.size, 0);
  });

  t.test(`STR-07: ${method} says nothing when nothing differs`, async (t) => {
    const endpoint = await startEndpoint(t);
    await endpoint.issue(entryOf('a'));
    const stream = endpoint.client().stream(method);
    await stream.next();
    const before = endpoint.attestation.count;
    await endpoint.issue(entryOf('b'), entryOf('c', { hint: 'x' }));
    endpoint.publish(await FakeCa.create('unrelated.org', endpoint.clock));
    for (let i = 0; i < 10; i++) await new Promise(setImmediate);
    t.equal(endpoint.attestation.count, before);
    endpoint.withdraw('a');
    endpoint.withdraw('b');
    endpoint.withdraw('c');
    await t.rejects(stream.next(), NO_IDENTITY, 'this is the second thing it hears');
  });

  t.test(`STR-06: T-01: ${method} finds out again who it is`, async (t) => {
    const selectors = { now: 'unix:uid:1000' };
    const endpoint = await startEndpoint(t, { attest: () => [selectors.now] });
    await endpoint.issue(entryOf('a'));
    const stream = endpoint.client().stream(method);
    await stream.next();
    selectors.now = 'unix:uid:1';
    await endpoint.ca.rotate();
    endpoint.publish();
    await t.rejects(stream.next(), NO_IDENTITY);
  });
}

t.test('STR-07: what concerns keys of one kind is no news for the other', async (t) => {
  const endpoint = await startEndpoint(t);
  await endpoint.issue(entryOf('a'));
  const [x509, jwt] = [
    endpoint.client().stream('FetchX509Bundles'),
    endpoint.client().stream('FetchJWTBundles'),
  ];
  await Promise.all([x509.next(), jwt.next()]);
  endpoint.ca.jwtKeys[0]!.tainted = true;
  endpoint.publish();
  await endpoint.ca.rotate();
  endpoint.ca.jwtKeys.pop();
  endpoint.publish();
  const { bundles } = await x509.next();
  t.equal(parseCertificates(bundles['spiffe://example.org']!).length, 2);
  for (let i = 0; i < 10; i++) await new Promise(setImmediate);
  endpoint.withdraw('a');
  await t.rejects(jwt.next(), NO_IDENTITY, 'a taint is not in the JWK set either');
});
