import t from 'tap';
import type { Test } from 'tap';
import { parseCertificate } from '@vouchsafe/pki/x509/certificate';
import type { Certificate } from '@vouchsafe/pki/x509/certificate';
import { parseCsr } from '@vouchsafe/pki/x509/csr';
import { AgentError } from '../../../agent/errors.ts';
import { AgentSvidRotator } from '../../../agent/node/agent-svid-rotator.ts';
import type { AgentSvidRotatorDeps } from '../../../agent/node/agent-svid-rotator.ts';
import type { AgentSvid } from '../../../agent/node/agent-svid.ts';
import { CallError, STATUS } from '../../../agent/sync/call-error.ts';
import { MemoryStore, agentSvid } from '../../support/agent-svids.ts';
import { captureLog } from '../../support/capture-log.ts';
import { FakeCa } from '../../support/fake-ca.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const ID = 'spiffe://example.org/spire/agent/join_token/t';

interface Fixture {
  readonly clock: FakeClock;
  readonly ca: FakeCa;
  readonly store: MemoryStore;
  readonly renewals: Uint8Array[];
  readonly subject: AgentSvidRotator;
  readonly stop: () => Promise<void>;
  readonly running: Promise<void>;
  /** Moves time until something waits again. */
  readonly pass: (ms: number) => Promise<void>;
  readonly events: string[];
}

async function rotator(
  t: Test,
  overrides: Partial<AgentSvidRotatorDeps> & { reattestable?: boolean } = {},
): Promise<Fixture> {
  const clock = new FakeClock();
  const ca = await FakeCa.create('example.org', clock);
  const svid = await agentSvid(ca, {
    ttlSeconds: 1000,
    reattestable: overrides.reattestable ?? false,
  });
  const store = new MemoryStore({ svid });
  const renewals: Uint8Array[] = [];
  const events: string[] = [];
  const stopping = new AbortController();
  const renew = async (csr: Uint8Array): Promise<readonly Certificate[]> => {
    renewals.push(parseCsr(csr).publicKeyInfo);
    const { publicKeyInfo } = parseCsr(csr);
    return [parseCertificate(await ca.issue({ spiffeId: ID, publicKeyInfo, ttlSeconds: 1000 }))];
  };
  const subject = new AgentSvidRotator({
    store,
    server: { renewAgent: renew },
    standing: {
      judge: () => Promise.resolve(void events.push('judge')),
      reattest: () => Promise.resolve(void events.push('reattest')),
    },
    isTainted: () => false,
    onRenewed: () => events.push('renewed'),
    clock,
    log: captureLog().log,
    random: () => 0.5,
    ...overrides,
  });
  const running = subject.run(stopping.signal);
  running.catch(() => undefined);
  const stop = async (): Promise<void> => {
    stopping.abort();
    await running;
  };
  t.teardown(() => stopping.abort());
  await clock.waiting();
  const pass = async (ms: number): Promise<void> => {
    clock.advance(ms);
    await Promise.race([clock.waiting(), running]);
  };
  return { clock, ca, store, renewals, subject, stop, running, pass, events };
}

t.test('renews at half-life, with a new key that is kept first', async (t) => {
  const { pass, renewals, store, events, stop } = await rotator(t);
  const before = store.state.svid!;
  await pass(490_000);
  t.equal(renewals.length, 0, 'not yet: it is valid from ten seconds before it was issued');
  await pass(10_000);
  t.equal(renewals.length, 1);
  t.strictSame(events, ['renewed']);
  const after = store.state.svid!;
  t.equal(after.spiffeId.toString(), ID);
  t.notSame(after.key.publicKeyInfo, before.key.publicKeyInfo);
  t.strictSame(
    store.states.map(({ pendingKey, svid }) => [pendingKey !== undefined, svid === after]),
    [
      [true, false],
      [false, true],
    ],
    'F-02: key first, then SVID',
  );
  await pass(5000);
  t.equal(renewals.length, 1, 'and then not for half of the next life');
  await stop();
});

t.test('F-02: after a crash in between, it goes on with the key that it kept', async (t) => {
  let fails = true;
  const keys: Uint8Array[] = [];
  const fixture: Fixture = await rotator(t, {
    server: {
      renewAgent: async (csr) => {
        const { publicKeyInfo } = parseCsr(csr);
        keys.push(publicKeyInfo);
        if (fails) throw new CallError(STATUS.UNAVAILABLE, 'connection reset');
        const der = await fixture.ca.issue({ spiffeId: ID, publicKeyInfo, ttlSeconds: 1000 });
        return [parseCertificate(der)];
      },
    },
  });
  const before = fixture.store.state.svid;
  await fixture.pass(500_000);
  t.equal(fixture.store.state.svid, before, 'the old one stays');
  t.strictSame(fixture.events, ['judge']);
  fails = false;
  await fixture.pass(5000);
  t.equal(keys.length, 2);
  t.strictSame(Buffer.from(keys[0]!), Buffer.from(keys[1]!));
  t.not(fixture.store.state.svid, before);
  await fixture.stop();
});

t.test(
  'a server that is away is asked at bounded intervals, and when it is too late the agent attests',
  async (t) => {
    const renewAgent = () => Promise.reject(new CallError(STATUS.UNAVAILABLE, 'away'));
    const { pass, clock, events, stop } = await rotator(t, { server: { renewAgent } });
    await pass(500_000);
    const waits: number[] = [];
    for (let i = 0; i < 8; i++) {
      waits.push(Math.round(clock.waits[0]!));
      await pass(clock.waits[0]!);
    }
    t.equal(waits[0], 5000);
    t.equal(waits.at(-1), 60_000);
    t.notOk(events.includes('reattest'));
    await pass(500_000);
    t.ok(events.includes('reattest'));
    await stop();
  },
);

t.test('F-02: a server that is back is asked at once', async (t) => {
  let isAway = true;
  const fixture: Fixture = await rotator(t, {
    server: {
      renewAgent: async (csr) => {
        if (isAway) throw new CallError(STATUS.UNAVAILABLE, 'away');
        const { publicKeyInfo } = parseCsr(csr);
        const der = await fixture.ca.issue({ spiffeId: ID, publicKeyInfo, ttlSeconds: 1000 });
        return [parseCertificate(der)];
      },
    },
  });
  const { pass, subject, store, stop } = fixture;
  const before = store.state.svid;
  await pass(500_000);
  t.equal(store.state.svid, before);
  isAway = false;
  subject.wake();
  await pass(0);
  t.not(store.state.svid, before, 'before the delay after the failure was over');
  await stop();
});

t.test('several attempts fit into what is left of an SVID', async (t) => {
  const renewAgent = () => Promise.reject(new CallError(STATUS.UNAVAILABLE, 'away'));
  const { pass, clock, events, stop } = await rotator(t, { server: { renewAgent } });
  await pass(992_000); // of a thousand
  const waits: number[] = [];
  while (!events.includes('reattest')) {
    waits.push(Math.round(clock.waits[0]!));
    await pass(clock.waits[0]!);
  }
  t.strictSame(waits, [2000, 1500, 1125, 1000, 1000, 1000, 1000]);
  await stop();
});

t.test('one that can attest again does that instead', async (t) => {
  const { pass, events, renewals, stop } = await rotator(t, { reattestable: true });
  await pass(500_000);
  t.strictSame(events, ['reattest']);
  t.equal(renewals.length, 0);
  await stop();
});

t.test('T-15: an SVID whose authority is tainted is renewed at once', async (t) => {
  const tainted = { svid: undefined as AgentSvid | undefined };
  const { pass, store, renewals, stop } = await rotator(t, {
    isTainted: (svid) => svid === tainted.svid,
  });
  await pass(5000);
  t.equal(renewals.length, 0);
  tainted.svid = store.state.svid;
  await pass(5000);
  t.equal(renewals.length, 1);
  await stop();
});

t.test('T-15: but not again and again, when the server goes on with that authority', async (t) => {
  const { pass, renewals, stop } = await rotator(t, { isTainted: () => true });
  for (let i = 0; i < 13; i++) await pass(5000);
  t.ok(renewals.length <= 3, `${renewals.length} renewals in a minute`);
  await stop();
});

t.test('F-10: notices that the clock was set, or the machine slept', async (t) => {
  const { pass, renewals, stop } = await rotator(t);
  await pass(900_000);
  t.equal(renewals.length, 1);
  await stop();
});

t.test('refuses an SVID that is not its own', async (t) => {
  const fixture: Fixture = await rotator(t, {
    server: {
      renewAgent: async (csr) => {
        const { publicKeyInfo } = parseCsr(csr);
        const spiffeId = 'spiffe://example.org/spire/agent/join_token/other';
        const der = await fixture.ca.issue({ spiffeId, publicKeyInfo, ttlSeconds: 1000 });
        return [parseCertificate(der)];
      },
    },
  });
  const before = fixture.store.state.svid;
  await fixture.pass(500_000);
  t.equal(fixture.store.state.svid, before);
  await fixture.stop();
});

t.test('ends with what ends its standing', async (t) => {
  const renewAgent = () => Promise.reject(new CallError(STATUS.PERMISSION_DENIED, 'no'));
  const banned = new AgentError('AGENT_BANNED');
  const standing = { judge: () => Promise.reject(banned), reattest: () => Promise.resolve() };
  const { clock, running } = await rotator(t, { server: { renewAgent }, standing });
  clock.advance(500_000);
  await t.rejects(running, banned);
});
