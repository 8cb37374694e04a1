import t from 'tap';
import { BundleCache } from '../../../agent/cache/bundle-cache.ts';
import { JwtSvidCache } from '../../../agent/cache/jwt-svid-cache.ts';
import { CallError, STATUS } from '../../../agent/sync/call-error.ts';
import { JwtSvidFetcher } from '../../../agent/sync/jwt-svid-fetcher.ts';
import { captureLog } from '../../support/capture-log.ts';
import { entryOf } from '../../support/entries.ts';
import { FakeCa } from '../../support/fake-ca.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { bundleOf } from '../../support/workload-svids.ts';

async function setUp({ limit = 100 } = {}) {
  const clock = new FakeClock();
  const ca = await FakeCa.create('example.org', clock);
  const bundles = new BundleCache();
  bundles.replace(bundleOf(ca), new Map());
  const calls: (readonly string[])[] = [];
  const server = {
    newJwtSvid: async (entryId: string, audience: readonly string[]) => {
      calls.push([entryId, ...audience]);
      const issuedAt = clock.now();
      const token = await ca.issueJwt(`spiffe://example.org/${entryId}`, audience, 300);
      return { token, issuedAt, expiresAt: new Date(issuedAt.getTime() + 300_000) };
    },
  };
  const cache = new JwtSvidCache(limit);
  const captured = captureLog();
  const deps = { server, cache, bundles, clock, log: captured.log, random: () => 0.5 };
  const subject = new JwtSvidFetcher(deps);
  return { subject, server, calls, ca, bundles, clock, cache, ...captured };
}

const entry = entryOf('a');

t.test('asks the server once for each identity and audience', async (t) => {
  const { subject, calls } = await setUp();
  const first = await subject.fetch(entry, ['x']);
  t.equal(await subject.fetch(entry, ['x']), first);
  t.not(await subject.fetch(entry, ['x', 'y']), first);
  t.not(await subject.fetch(entryOf('b'), ['x']), first);
  t.strictSame(calls, [
    ['a', 'x'],
    ['a', 'x', 'y'],
    ['b', 'x'],
  ]);
});

t.test('callers that ask for the same at the same time share one answer', async (t) => {
  const { subject, calls } = await setUp();
  const tokens = await Promise.all(Array.from({ length: 50 }, () => subject.fetch(entry, ['x'])));
  t.equal(new Set(tokens).size, 1);
  t.equal(calls.length, 1);
});

t.test('INT-12: INT-24: no token has less than half of its life left', async (t) => {
  const { subject, clock } = await setUp();
  const first = await subject.fetch(entry, ['x']);
  clock.advance(149_000);
  t.equal(await subject.fetch(entry, ['x']), first);
  clock.advance(1000);
  t.not(await subject.fetch(entry, ['x']), first);
});

t.test('STR-13: while the server is away a valid token is better than none', async (t) => {
  const { subject, server, clock } = await setUp();
  const first = await subject.fetch(entry, ['x']);
  server.newJwtSvid = () => Promise.reject(new CallError(STATUS.UNAVAILABLE, 'away'));
  clock.advance(200_000);
  t.equal(await subject.fetch(entry, ['x']), first);
  clock.advance(100_000);
  await t.rejects(subject.fetch(entry, ['x']), { code: STATUS.UNAVAILABLE }, 'once expired');
});

t.test('F-27: with a valid token a slow server is waited for one second', async (t) => {
  const { subject, server, clock } = await setUp();
  const first = await subject.fetch(entry, ['x']);
  clock.advance(200_000);
  const { newJwtSvid } = server;
  let answer = (): void => undefined;
  const slow = new Promise<void>((resolve) => (answer = resolve));
  server.newJwtSvid = async (...args) => {
    await slow;
    return newJwtSvid(...args);
  };
  const token = subject.fetch(entry, ['x']);
  await clock.waiting();
  clock.advance(1000);
  t.equal(await token, first);
  answer();
  let fresh = first;
  while (fresh === first) {
    await new Promise(setImmediate);
    fresh = await subject.fetch(entry, ['x']);
  }
  t.strictSame(clock.waits, [], 'what came late is kept, and no timer');
});

t.test('a token with a jti is for one use: never kept, never shared', async (t) => {
  const { subject, calls } = await setUp();
  const once = entryOf('a', { jwtIncludesId: true });
  await Promise.all([subject.fetch(once, ['x']), subject.fetch(once, ['x'])]);
  await subject.fetch(once, ['x']);
  t.equal(calls.length, 3);
});

t.test('T-15: a token of a tainted or revoked key is not handed out again', async (t) => {
  const { subject, ca, bundles, calls } = await setUp();
  await subject.fetch(entry, ['x']);
  await ca.rotate();
  bundles.replace(bundleOf(ca), new Map());
  await subject.fetch(entry, ['x']);
  t.equal(calls.length, 1, 'a new key is no reason');
  ca.taintOld();
  bundles.replace(bundleOf(ca), new Map());
  await subject.fetch(entry, ['x']);
  t.equal(calls.length, 2);
  await ca.rotate();
  ca.revokeOld();
  bundles.replace(bundleOf(ca), new Map());
  await subject.fetch(entry, ['x']);
  t.equal(calls.length, 3);
});

t.test('a changed entry has new tokens', async (t) => {
  const { subject, calls } = await setUp();
  await subject.fetch(entry, ['x']);
  await subject.fetch({ ...entry, revision: '1' }, ['x']);
  t.equal(calls.length, 2);
});

t.test('T-19: a token that was not asked for is not handed out', async (t) => {
  for (const [name, spiffeId, audience] of [
    ['identity', 'spiffe://example.org/b', ['x']],
    ['audience', 'spiffe://example.org/a', ['y']],
    ['longer audience', 'spiffe://example.org/a', ['x', 'y']],
  ] as const) {
    const { subject, server, ca, clock } = await setUp();
    server.newJwtSvid = async () => ({
      token: await ca.issueJwt(spiffeId, audience, 300),
      issuedAt: clock.now(),
      expiresAt: new Date(clock.now().getTime() + 300_000),
    });
    await t.rejects(subject.fetch(entry, ['x']), { code: STATUS.INVALID_ARGUMENT }, name);
    server.newJwtSvid = () =>
      Promise.resolve({ token: 'garbage', issuedAt: clock.now(), expiresAt: clock.now() });
    await t.rejects(subject.fetch(entry, ['x']), { code: STATUS.INVALID_ARGUMENT });
  }
});

t.test('T-25: so many are fetched at once, and no more', async (t) => {
  const { subject, server } = await setUp();
  server.newJwtSvid = () => new Promise(() => undefined);
  const once = entryOf('b', { jwtIncludesId: true });
  for (let i = 0; i < 128; i++) {
    void subject.fetch(entry, [`a${i}`]);
    void subject.fetch(once, ['x']);
  }
  const oneMore = subject.fetch(entry, ['x']);
  await t.rejects(oneMore, { code: STATUS.RESOURCE_EXHAUSTED });
});

t.test('T-27: no token is logged', async (t) => {
  const { subject, server, clock, text } = await setUp();
  const token = await subject.fetch(entry, ['x']);
  server.newJwtSvid = () => Promise.reject(new CallError(STATUS.UNAVAILABLE, 'away'));
  clock.advance(200_000);
  await subject.fetch(entry, ['x']);
  t.match(text(), /Cannot renew/);
  t.notOk(text().includes(token.split('.')[2]!));
});
