import t from 'tap';
import type { Test } from 'tap';
import { X509Source } from '@vouchsafe/client/x509-source';
import type { X509Identity, X509SourceOptions } from '@vouchsafe/client/x509-source';
import { systemClock } from '../../runtime/clock.ts';
import {
  invalidArgument,
  permissionDenied,
  unavailable,
  unimplemented,
} from '../../runtime/rpc/status.ts';
import { FakeCa } from '../support/fake-ca.ts';
import { FakeWorkloadApi, bundleOf, offerOf } from '../support/workload-api.ts';

const ca = await FakeCa.create('example.org', systemClock);
const foreign = await FakeCa.create('foreign.org', systemClock);
const ID = 'spiffe://example.org/web';
const [first, second] = [await offerOf(ca, { spiffeId: ID }), await offerOf(ca, { spiffeId: ID })];
const other = await offerOf(ca, { spiffeId: 'spiffe://example.org/other', hint: 'other' });

async function open(t: Test, api: FakeWorkloadApi, options: X509SourceOptions = {}) {
  const source = await X509Source.open({ socket: `unix://${api.socketPath}`, ...options });
  t.teardown(() => source.close());
  return source;
}

const nextIdentity = (source: X509Source): Promise<X509Identity> =>
  new Promise((resolve) => {
    const unsubscribe = source.subscribe((identity) => {
      unsubscribe();
      resolve(identity);
    });
  });

/** Failures as they come, one after the other. */
function failures() {
  const seen: unknown[] = [];
  const events = new EventTarget();
  return {
    onFailure: (error: unknown): void => {
      seen.push(error);
      events.dispatchEvent(new Event('failure'));
    },
    next: async (): Promise<unknown> => {
      if (seen.length === 0) {
        await new Promise((resolve) => events.addEventListener('failure', resolve, { once: true }));
      }
      return seen.shift();
    },
  };
}

const chainOf = ({ svid }: X509Identity): Buffer => Buffer.from(svid.chainDer());

t.test('WEP-04 the first identity comes with the security header sent', async (t) => {
  const api = await FakeWorkloadApi.start(t);
  api.publish({ svids: [first, other] });
  const source = await open(t, api);
  t.equal(source.svid.spiffeId.toString(), ID, 'WAPI-47 the first is the default identity');
  t.same(chainOf(source.identity), first.x509_svid);
  t.same(api.calls[0]!.metadata.get('workload.spiffe.io'), ['true']);
});

t.test('WAPI-05 the stream stays open and brings renewals', async (t) => {
  const api = await FakeWorkloadApi.start(t);
  api.publish({ svids: [first] });
  const source = await open(t, api);
  const next = nextIdentity(source);
  api.publish({ svids: [second] });
  t.same(chainOf(await next), second.x509_svid);
  t.same(chainOf(source.identity), second.x509_svid);
  t.equal(api.calls.length, 1);
});

t.test('WAPI-09 what a message leaves out is no more', async (t) => {
  const api = await FakeWorkloadApi.start(t);
  api.publish({
    svids: [first],
    federated_bundles: { 'spiffe://foreign.org': bundleOf(foreign) },
  });
  const source = await open(t, api);
  t.equal(source.bundles.x509Authorities(foreign.trustDomain)?.length, 1);
  const next = nextIdentity(source);
  api.publish({ svids: [first] });
  await next;
  t.equal(source.bundles.x509Authorities(foreign.trustDomain), undefined);
});

t.test('a picker chooses by hint', async (t) => {
  const api = await FakeWorkloadApi.start(t);
  api.publish({ svids: [first, other] });
  const source = await open(t, api, {
    picker: (offers) => offers.find(({ hint }) => hint === 'other')!.svid,
  });
  t.equal(source.svid.spiffeId.toString(), 'spiffe://example.org/other');
});

t.test('WAPI-05 through an outage the last identity stays, then the new one comes', async (t) => {
  const api = await FakeWorkloadApi.start(t);
  api.publish({ svids: [first] });
  const failed = failures();
  const source = await open(t, api, failed);
  api.fail(unavailable('the agent is stopping'));
  t.match(await failed.next(), { code: 14 });
  t.same(chainOf(source.identity), first.x509_svid);
  const next = nextIdentity(source);
  api.publish({ svids: [second] });
  t.same(chainOf(await next), second.x509_svid);
  t.ok(api.calls.length >= 2);
});

t.test('an agent that starts later is found', async (t) => {
  const api = await FakeWorkloadApi.start(t);
  await api.stop();
  const failed = failures();
  const opening = open(t, api, failed);
  t.match(await failed.next(), { code: 14 });
  api.publish({ svids: [first] });
  await api.listen(t);
  t.same(chainOf((await opening).identity), first.x509_svid);
});

t.test('WAPI-19 an identity that is not there yet is waited for', async (t) => {
  const api = await FakeWorkloadApi.start(t);
  api.fail(permissionDenied('no identity issued'));
  const failed = failures();
  const opening = open(t, api, failed);
  t.match(await failed.next(), { code: 7 });
  api.publish({ svids: [first] });
  t.same(chainOf((await opening).identity), first.x509_svid);
});

t.test('WAPI-20 an identity that was taken away is used no more', async (t) => {
  const api = await FakeWorkloadApi.start(t);
  api.publish({ svids: [first] });
  const failed = failures();
  const source = await open(t, api, failed);
  api.fail(permissionDenied('no identity issued'));
  t.match(await failed.next(), { code: 7 });
  t.throws(() => source.svid, { code: 'CLIENT_NO_IDENTITY' });
  t.throws(() => source.bundles, { code: 'CLIENT_NO_IDENTITY' });
});

t.test(
  'WAPI-10 a message that does not hold is discarded, and the last identity stays',
  async (t) => {
    const api = await FakeWorkloadApi.start(t);
    api.publish({ svids: [first] });
    const failed = failures();
    const source = await open(t, api, failed);
    api.publish({ svids: [{ ...second, bundle: Buffer.alloc(0) }] });
    t.match(await failed.next(), { code: 'CLIENT_SVID_INCOMPLETE' });
    t.same(chainOf(source.identity), first.x509_svid);
  },
);

for (const [name, error, code] of [
  ['WEP-11 INVALID_ARGUMENT', invalidArgument('security header missing'), 3],
  ['WEP-18 UNIMPLEMENTED', unimplemented('no such method'), 12],
] as const) {
  t.test(`${name} is not asked again`, async (t) => {
    const api = await FakeWorkloadApi.start(t);
    api.fail(error);
    await t.rejects(open(t, api), { code });
    t.equal(api.calls.length, 1);
  });
}

t.test('WEP-11 INVALID_ARGUMENT later ends the source, which says so', async (t) => {
  const api = await FakeWorkloadApi.start(t);
  api.publish({ svids: [first] });
  const source = await open(t, api);
  api.fail(invalidArgument('security header missing'));
  await t.rejects(source.ended, { code: 3 });
  t.equal(api.calls.length, 1);
});

t.test('a signal ends the wait for a first identity', async (t) => {
  const api = await FakeWorkloadApi.start(t);
  const stop = new AbortController();
  const opening = open(t, api, { signal: stop.signal });
  stop.abort();
  await t.rejects(opening, { code: 'CLIENT_CLOSED' });
  await t.rejects(open(t, api, { signal: AbortSignal.abort() }), { code: 'CLIENT_CLOSED' });
});

t.test('a closed source has no identity, and asks no more', async (t) => {
  const api = await FakeWorkloadApi.start(t);
  api.publish({ svids: [first] });
  const source = await open(t, api);
  source.close();
  await source.ended;
  t.throws(() => source.identity, { code: 'CLIENT_CLOSED' });
});

t.test('without an endpoint nothing is opened', async (t) => {
  await t.rejects(X509Source.open({ socket: 'http://x' }), { code: 'PKI_ENDPOINT_SCHEME' });
});
