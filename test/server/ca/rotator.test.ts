import t from 'tap';
import type { Test } from 'tap';
import { Rotator } from '../../../server/ca/rotator.ts';
import { TRUST_DOMAIN } from '../../support/server-entries.ts';
import { newDisk, openAuthorities } from '../../support/test-authorities.ts';
import type { TestAuthorities } from '../../support/test-authorities.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

async function open(t: Test): Promise<TestAuthorities & { readonly rotator: Rotator }> {
  const server = await openAuthorities(t, newDisk(t));
  const { x509, jwt, datastore, clock, captured } = server;
  const rotator = new Rotator({
    trustDomain: TRUST_DOMAIN,
    successions: [x509, jwt],
    bundles: datastore.bundles,
    clock,
    log: captured.log,
  });
  return { ...server, rotator };
}

/** Runs until the test ends; resolves once it waits for what is next. */
async function run(t: Test, { rotator, clock }: Awaited<ReturnType<typeof open>>): Promise<void> {
  const stop = new AbortController();
  const running = rotator.run(stop.signal);
  t.teardown(async () => {
    stop.abort();
    await running;
  });
  await clock.waiting();
}

const countOf = async ({ datastore }: TestAuthorities): Promise<number[]> => {
  const bundle = await datastore.bundles.find(TRUST_DOMAIN);
  return [bundle!.x509Authorities.length, bundle!.jwtAuthorities.length];
};

t.test('rotate brings all kinds up to date', async (t) => {
  const server = await open(t);
  await server.rotator.rotate();
  t.ok(server.x509.active);
  t.ok(server.jwt.active);
  t.strictSame(await countOf(server), [1, 1]);
});

t.test('one kind that fails does not keep the other from rotating (S-CA-02)', async (t) => {
  const server = await open(t);
  await server.rotator.rotate();
  server.clock.advance(13 * HOUR);
  server.fail('generate', 'before'); // of the X.509 authority, which comes first
  await t.rejects(server.rotator.rotate(), { message: 'killed before generate' });
  t.strictSame(await countOf(server), [1, 2]);
});

t.test(
  'time is looked at every ten seconds at least, and when a step is due (S-CA-01)',
  async (t) => {
    const server = await open(t);
    const { clock } = server;
    await server.rotator.rotate();
    await run(t, server);
    t.strictSame(clock.waits, [10_000]);
    clock.advance(12 * HOUR - 3000);
    await clock.waiting();
    t.strictSame(clock.waits, [3000]);
    clock.advance(3000);
    await clock.waiting();
    t.strictSame(clock.waits, [100], 'at the very moment it is not over');
    clock.advance(100);
    await clock.waiting();
    t.strictSame(await countOf(server), [2, 2]);
    t.strictSame(clock.waits, [10_000]);
  },
);

t.test('a jump of the clock costs one rotation, not a storm of them (F-10)', async (t) => {
  const server = await open(t);
  const { clock } = server;
  await server.rotator.rotate();
  await run(t, server);
  for (const jump of [25 * HOUR, -25 * HOUR]) {
    clock.jump(jump);
    for (let looks = 0; looks < 3; looks++) {
      clock.advance(10_000);
      await clock.waiting();
    }
  }
  t.strictSame(await countOf(server), [3, 3], 'one when it ran ahead, one when it was set back');
  t.ok(server.x509.active);
  t.ok(server.jwt.active);
});

t.test(
  'a rotation that fails is logged and tried again; the present authority signs on',
  async (t) => {
    const server = await open(t);
    const { clock, captured } = server;
    await server.rotator.rotate();
    await run(t, server);
    const active = server.x509.active;
    server.fail('save', 'before');
    clock.advance(13 * HOUR);
    await clock.waiting();
    t.match(captured.records.at(-1), {
      level: 'error',
      msg: 'Authority rotation failed',
      error: { message: 'killed before save' },
    });
    t.equal(server.x509.active, active);
    t.strictSame(await countOf(server), [1, 2]);
    t.strictSame(clock.waits, [10_000], 'not at once: a full disk stays full for a while');
    clock.advance(10_000);
    await clock.waiting();
    clock.advance(100);
    await clock.waiting();
    t.strictSame(await countOf(server), [2, 2]);
  },
);

t.test('what has expired stays in the bundle for 24 hours (S-CA-09)', async (t) => {
  const server = await open(t);
  const { rotator, clock } = server;
  await rotator.rotate();
  clock.advance(21 * HOUR);
  await rotator.rotate();
  clock.advance(3 * HOUR + DAY - 1000);
  await rotator.rotate();
  const before = await countOf(server);
  clock.advance(1000);
  await rotator.rotate();
  t.strictSame(await countOf(server), before, '24 hours after its end to the second');
  clock.advance(1000);
  await rotator.rotate();
  t.strictSame(
    await countOf(server),
    before.map((count) => count - 1),
  );
  t.ok(server.x509.active);
});

t.test('it ends when told to, in any wait', async (t) => {
  const server = await open(t);
  const stop = new AbortController();
  const running = server.rotator.run(stop.signal);
  await server.clock.waiting();
  stop.abort();
  await running;

  const failing = new AbortController();
  server.fail('generate', 'before');
  const again = server.rotator.run(failing.signal);
  await server.clock.waiting();
  server.clock.advance(100);
  await server.clock.waiting();
  failing.abort();
  await again;
});
