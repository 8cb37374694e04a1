import { status } from '@grpc/grpc-js';
import type { ServiceError } from '@grpc/grpc-js';
import { generateKeyPairSync } from 'node:crypto';
import { generateKeyPair } from '@vouchsafe/pki/keys/key-pair';
import { createCsr } from '@vouchsafe/pki/x509/csr';
import t from 'tap';
import { FakeClock } from '../../support/fake-clock.ts';
import {
  attest,
  attestWith,
  call,
  newAgent,
  newToken,
  startTestServer,
} from '../../support/test-server.ts';

const clock = new FakeClock(new Date());
const server = await startTestServer(t, { clock, settings: { 'rate_limit.attestation': 'off' } });
const anonymous = server.tls('agent');
const key = await generateKeyPair('ec-p256');
const csr = Buffer.from(await createCsr({ signer: key.signer }));
const data = { type: 'join_token', payload: Buffer.from('guessed') };
const params = { csr };

function flipLast(bytes: Buffer): Buffer {
  const flipped = Buffer.from(bytes);
  flipped[flipped.length - 1]! ^= 1;
  return flipped;
}

/** A CSR about a key that is too weak: the old signature does not matter, the key is judged first. */
function csrWithKey(type: 'rsa-1024' | 'ed25519'): Buffer {
  const { publicKey } =
    type === 'ed25519'
      ? generateKeyPairSync('ed25519')
      : generateKeyPairSync('rsa', { modulusLength: 1024 });
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  const own = Buffer.from(key.publicKeyInfo);
  const at = csr.indexOf(own);
  const head = csr.subarray(0, at);
  const tail = csr.subarray(at + own.length);
  return rewrap(Buffer.concat([head, spki, tail]), spki.length - own.length);
}

/** Sets the two outermost lengths, written in four bytes as long forms, after the inside changed by `delta`. */
function rewrap(der: Buffer, delta: number): Buffer {
  const readLength = (at: number): { length: number; header: number } => {
    const first = der[at + 1]!;
    if (first < 0x80) return { length: first, header: 2 };
    const count = first & 0x7f;
    return { length: der.readUIntBE(at + 2, count), header: 2 + count };
  };
  const encode = (length: number): Buffer =>
    length < 0x80
      ? Buffer.of(0x30, length)
      : length < 0x100
        ? Buffer.of(0x30, 0x81, length)
        : Buffer.of(0x30, 0x82, length >> 8, length & 0xff);
  const outer = readLength(0);
  const inner = readLength(outer.header);
  const body = der.subarray(outer.header + inner.header);
  const innerNew = Buffer.concat([encode(inner.length + delta), body]);
  return Buffer.concat([encode(innerNew.length), innerNew]);
}

const refused = [
  {
    name: 'no params',
    message: {},
    code: status.INVALID_ARGUMENT,
    details: 'malformed param: missing params',
  },
  {
    name: 'no attestation data',
    message: { params: { params } },
    code: status.INVALID_ARGUMENT,
    details: 'malformed param: missing attestation data',
  },
  {
    name: 'no X509-SVID parameters',
    message: { params: { data } },
    code: status.INVALID_ARGUMENT,
    details: 'malformed param: missing X509-SVID parameters',
  },
  {
    name: 'no CSR',
    message: { params: { data, params: {} } },
    code: status.INVALID_ARGUMENT,
    details: 'malformed param: missing CSR',
  },
  {
    name: 'no type',
    message: { params: { data: { payload: data.payload }, params } },
    code: status.INVALID_ARGUMENT,
    details: 'malformed param: missing attestation data type',
  },
  {
    name: 'no payload',
    message: { params: { data: { type: 'join_token' }, params } },
    code: status.INVALID_ARGUMENT,
    details: 'malformed param: missing attestation data payload',
  },
  {
    name: 'a type nobody knows',
    message: { params: { data: { ...data, type: 'telepathy' }, params } },
    code: status.FAILED_PRECONDITION,
    details: 'error getting node attestor: could not find node attestor type "telepathy"',
  },
  {
    name: 'a guessed token (T-16)',
    message: { params: { data, params } },
    code: status.INVALID_ARGUMENT,
    details: 'failed to attest: join token does not exist or has already been used',
  },
  {
    name: 'a token of bytes that are no text',
    message: { params: { data: { ...data, payload: Buffer.from([0xff, 0x00, 0x2f]) }, params } },
    code: status.INVALID_ARGUMENT,
    details: 'failed to attest: join token does not exist or has already been used',
  },
  {
    name: 'a CSR that is not DER',
    message: { params: { data, params: { csr: Buffer.from('csr') } } },
    code: status.INVALID_ARGUMENT,
    details: /^failed to parse CSR: /,
  },
  {
    name: 'a CSR over 8 KiB (T-22)',
    message: { params: { data, params: { csr: Buffer.concat([csr, Buffer.alloc(9000)]) } } },
    code: status.INVALID_ARGUMENT,
    details: 'failed to parse CSR: CSR is larger than 8 KiB',
  },
  {
    name: 'a CSR with bytes behind it',
    message: { params: { data, params: { csr: Buffer.concat([csr, Buffer.of(0)]) } } },
    code: status.INVALID_ARGUMENT,
    details: /^failed to parse CSR: DER is malformed/,
  },
  {
    name: 'a CSR with a wrong signature',
    message: { params: { data, params: { csr: flipLast(csr) } } },
    code: status.INVALID_ARGUMENT,
    details: /^failed to (verify CSR signature|parse CSR)/,
  },
  {
    name: 'a weak key',
    message: { params: { data, params: { csr: csrWithKey('rsa-1024') } } },
    code: status.INVALID_ARGUMENT,
    details: /^failed to parse CSR: key is too weak/,
  },
  {
    name: 'a key of a kind that is not certified',
    message: { params: { data, params: { csr: csrWithKey('ed25519') } } },
    code: status.INVALID_ARGUMENT,
    details: /^failed to parse CSR: keys are/,
  },
];

t.test('AGENT-ATTEST-03..04 what is refused', async (t) => {
  for (const { name, message, code, details } of refused) {
    await t.rejects(attestWith(anonymous, message), { code, details }, name);
  }
  t.equal((await call(server.local('agent'), server.local('agent').CountAgents, {})).count, 0);
});

t.test('AGENT-ATTEST-01 a token attests one agent', async (t) => {
  const token = await newToken(server);
  const agent = await attest(anonymous, token);
  t.equal(agent.path, `/spire/agent/join_token/${token}`);
  await t.rejects(attest(anonymous, token), {
    code: status.INVALID_ARGUMENT,
    details: 'failed to attest: join token does not exist or has already been used',
  });
});

t.test('an agent whose answer was lost asks again with its key', async (t) => {
  const token = await newToken(server);
  const keyPair = await generateKeyPair('ec-p256');
  const lost = await attest(anonymous, token, keyPair);
  const agent = await attest(anonymous, token, keyPair);
  t.not(agent.serialNumber, lost.serialNumber);
  const withLost = server.tls('entry', lost.identity);
  await t.rejects(call(withLost, withLost.GetAuthorizedEntries, {}), {
    code: status.PERMISSION_DENIED,
  });
  const entries = server.tls('entry', agent.identity);
  await t.resolves(call(entries, entries.GetAuthorizedEntries, {}));
});

t.test('50 at once with one token and a key each: exactly one wins (T-16)', async (t) => {
  const token = await newToken(server);
  const attempts = await Promise.allSettled(
    Array.from({ length: 50 }, () => attest(server.tls('agent'), token)),
  );
  t.equal(attempts.filter(({ status: outcome }) => outcome === 'fulfilled').length, 1);
});

t.test('AGENT-ATTEST-02 an expired token', async (t) => {
  const token = await newToken(server, { ttl: 60 });
  clock.advance(60_000);
  await t.rejects(attest(anonymous, token), {
    code: status.INVALID_ARGUMENT,
    details: 'join token expired',
  });
  await t.rejects(attest(anonymous, token), {
    code: status.INVALID_ARGUMENT,
    details: /has already been used/,
  });
});

t.test('AGENT-ATTEST-05 a banned agent does not come back with its token', async (t) => {
  const token = await newToken(server);
  const keyPair = await generateKeyPair('ec-p256');
  const { path } = await attest(anonymous, token, keyPair);
  const local = server.local('agent');
  await call(local, local.BanAgent, { id: { trust_domain: 'example.org', path } });
  await t.rejects(attest(anonymous, token, keyPair), {
    code: status.PERMISSION_DENIED,
    details: 'failed to attest: agent is banned',
  });
});

t.test('neither the database nor the logs know an unused token (T-27)', async (t) => {
  const token = await newToken(server);
  t.notMatch(JSON.stringify(server.log), token);
});

t.test('the audit names what was attested', async (t) => {
  const { path, serialNumber } = await newAgent(server);
  t.match(
    server.log
      .filter(({ method, type }) => type === 'audit' && String(method).endsWith('AttestAgent'))
      .at(-1),
    {
      status: 'OK',
      caller: 'anonymous',
      node_attestor_type: 'join_token',
      agent_id: `spiffe://example.org${path}`,
      serial_number: String(serialNumber),
    },
  );
});

t.test('a stream that ends before it says anything', async (t) => {
  const refusal = await new Promise<ServiceError>((resolve) => {
    const stream = server.tls('agent').AttestAgent();
    stream.on('error', (error: ServiceError) => resolve(error));
    stream.end();
  });
  t.match(refusal, {
    code: status.INVALID_ARGUMENT,
    details: 'failed to receive request from stream: EOF',
  });
});
