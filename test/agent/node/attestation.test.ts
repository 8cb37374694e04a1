import t from 'tap';
import { NodeAttestation } from '../../../agent/node/attestation.ts';
import type { AnonymousServer, NodeAttestationDeps } from '../../../agent/node/attestation.ts';
import { CallError, STATUS } from '../../../agent/sync/call-error.ts';
import type { AttestationRequest } from '../../../agent/sync/server-client.ts';
import { TrustDomain } from '@vouchsafe/pki/trust-domain';
import { parseCertificate } from '@vouchsafe/pki/x509/certificate';
import { parseCsr, verifyCsr } from '@vouchsafe/pki/x509/csr';
import { MemoryStore } from '../../support/agent-svids.ts';
import { captureLog } from '../../support/capture-log.ts';
import { FakeCa } from '../../support/fake-ca.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const trustDomain = TrustDomain.of('example.org');
const clock = new FakeClock();
const ca = await FakeCa.create('example.org', clock);
const impostor = await FakeCa.create('example.org', clock);
const { signal } = new AbortController();

interface Options extends Partial<NodeAttestationDeps> {
  readonly store?: MemoryStore;
  readonly server?: Partial<AnonymousServer>;
}

/** Signs for the path and key it is told to. */
const admit =
  ({
    path = '/spire/agent/join_token/t',
    by = ca,
    key = undefined as Uint8Array | undefined,
  } = {}) =>
  async ({ csr }: AttestationRequest) => {
    const publicKeyInfo = key ?? parseCsr(csr).publicKeyInfo;
    const spiffeId = by.trustDomain.id + path;
    const der = await by.issue({ spiffeId, publicKeyInfo, ttlSeconds: 60 });
    return { chain: [parseCertificate(der)], reattestable: false };
  };

function attestation({ store = new MemoryStore(), server = {}, ...overrides }: Options = {}) {
  const requests: AttestationRequest[] = [];
  let closed = 0;
  const time = new FakeClock();
  const attestAgent = server.attestAgent ?? admit();
  const captured = captureLog();
  const subject = new NodeAttestation({
    trustDomain,
    store,
    connect: () => ({
      fetchAuthorities: () => Promise.resolve(ca.certificates),
      ...server,
      attestAgent: (request) => {
        requests.push(request);
        return attestAgent(request);
      },
      close: () => {
        closed++;
      },
    }),
    joinToken: () => Promise.resolve('the-token'),
    clock: time,
    log: captured.log,
    random: () => 0.5,
    ...overrides,
  });
  return { subject, store, requests, clock: time, captured, closed: () => closed };
}

t.test('proves itself with the token and gets its SVID', async (t) => {
  const { subject, store, requests, closed, captured } = attestation();
  const svid = await subject.attest({ signal });
  t.equal(svid.spiffeId.toString(), 'spiffe://example.org/spire/agent/join_token/t');
  t.equal(store.state.svid, svid);
  t.strictSame(store.state.authorities, ca.certificates);
  t.equal(store.state.pendingKey, undefined);
  t.equal(requests[0]?.type, 'join_token');
  t.equal(Buffer.from(requests[0]!.payload).toString(), 'the-token');
  const csr = parseCsr(requests[0]!.csr);
  await verifyCsr(csr);
  t.strictSame(csr.uriNames, [], 'who it is, the server says');
  t.equal(closed(), 1);
  t.notMatch(captured.text(), /the-token/, 'T-27');
});

t.test(
  'F-03: T-16: the key is kept before the server is asked, and the SVID before anything else',
  async (t) => {
    const store = new MemoryStore();
    const { subject } = attestation({
      store,
      server: {
        attestAgent: async (request) => {
          const key = store.state.pendingKey?.publicKeyInfo;
          t.strictSame(Buffer.from(parseCsr(request.csr).publicKeyInfo), key);
          return admit()(request);
        },
        fetchAuthorities: () => {
          t.ok(store.state.svid, 'a crash from here on costs nothing');
          return Promise.resolve(ca.certificates);
        },
      },
    });
    await subject.attest({ signal });
  },
);

t.test(
  'F-03: after a lost answer it asks again with the same token and the same key',
  async (t) => {
    let answers = 0;
    const {
      subject,
      requests,
      clock: time,
      captured,
    } = attestation({
      server: {
        attestAgent: (request) =>
          answers++ === 0
            ? Promise.reject(new CallError(STATUS.UNAVAILABLE, 'connection reset'))
            : admit()(request),
      },
    });
    let retries = 0;
    const attested = subject.attest({ signal, onRetry: () => retries++ });
    await time.waiting();
    time.advance(1000);
    await attested;
    t.equal(retries, 1);
    const [first, second] = requests.map(({ csr }) => Buffer.from(parseCsr(csr).publicKeyInfo));
    t.strictSame(first, second);
    t.match(captured.records, [{ level: 'warn', retry_ms: 1000 }, {}]);
  },
);

t.test('retries slower and slower, until told to stop', async (t) => {
  const stop = new AbortController();
  const { subject, clock: time } = attestation({
    server: { attestAgent: () => Promise.reject(new CallError(STATUS.UNAVAILABLE, 'away')) },
  });
  const attested = subject.attest({ signal: stop.signal });
  const waits: number[] = [];
  for (let i = 0; i < 12; i++) {
    await time.waiting();
    waits.push(Math.round(time.waits[0]!));
    time.advance(time.waits[0]!);
  }
  t.strictSame(waits.slice(0, 4), [1000, 1500, 2250, 3375]);
  t.equal(waits.at(-1), 30_000);
  await time.waiting();
  stop.abort();
  await t.rejects(attested, { code: 'AGENT_ATTESTATION_FAILED' });
});

for (const [status, code] of [
  [STATUS.INVALID_ARGUMENT, 'AGENT_ATTESTATION_DENIED'],
  [STATUS.PERMISSION_DENIED, 'AGENT_ATTESTATION_DENIED'],
  [STATUS.FAILED_PRECONDITION, 'AGENT_ATTESTATION_FAILED'],
  [STATUS.UNIMPLEMENTED, 'AGENT_ATTESTATION_FAILED'],
] as const) {
  t.test(`T-16: an answer of status ${status} is final: ${code}`, async (t) => {
    const refusal = new CallError(status, 'join token does not exist or has already been used');
    const { subject } = attestation({ server: { attestAgent: () => Promise.reject(refusal) } });
    const expected = { code, message: /already been used/, cause: refusal };
    await t.rejects(subject.attest({ signal }), expected);
  });
}

t.test('F-11: without a token there is nothing to prove itself with', async (t) => {
  const { subject, requests } = attestation({ joinToken: () => Promise.resolve(undefined) });
  const expected = { code: 'AGENT_JOIN_TOKEN_MISSING', remedy: /vouchsafe token generate/ };
  await t.rejects(subject.attest({ signal }), expected);
  t.equal(requests.length, 0);
});

for (const [name, attestAgent] of [
  ['for another key', admit({ key: ca.certificates[0]!.publicKeyInfo })],
  ['for a workload', admit({ path: '/web' })],
  ['for the server', admit({ path: '/spire/server' })],
  ['of another trust domain', admit({ by: await FakeCa.create('other.org', clock) })],
  ['of nobody', () => Promise.resolve({ chain: [], reattestable: false })],
] as const) {
  t.test(`T-11: refuses an SVID ${name}, and keeps its key`, async (t) => {
    const { subject, store } = attestation({ server: { attestAgent } });
    await t.rejects(subject.attest({ signal }), { code: 'AGENT_ATTESTATION_FAILED' });
    t.equal(store.state.svid, undefined);
    t.ok(store.state.pendingKey);
  });
}

t.test('T-13: refuses an SVID that the bundle does not prove', async (t) => {
  const { subject } = attestation({ server: { attestAgent: admit({ by: impostor }) } });
  await t.rejects(subject.attest({ signal }), { code: 'AGENT_ATTESTATION_FAILED' });
});

t.test('the bundle can wait for the first sync', async (t) => {
  const { subject, store } = attestation({
    server: { fetchAuthorities: () => Promise.reject(new CallError(STATUS.UNAVAILABLE, 'away')) },
  });
  await subject.attest({ signal });
  t.ok(store.state.svid);
  t.equal(store.state.authorities, undefined);
});

t.test('F-06: stops when it cannot keep its key', async (t) => {
  const store = new MemoryStore();
  store.update = () => Promise.reject(new Error('disk full'));
  const { subject, requests } = attestation({ store });
  await t.rejects(subject.attest({ signal }), { message: 'disk full' });
  t.equal(requests.length, 0, 'the token is not spent');
});
