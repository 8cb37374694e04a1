import { status } from '@grpc/grpc-js';
import { generateKeyPair } from '@vouchsafe/pki/keys/key-pair';
import { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import { createCsr } from '@vouchsafe/pki/x509/csr';
import t from 'tap';
import type { Test } from 'tap';
import type { AttestAgentRequest__Output } from '@vouchsafe/proto/gen/spire/api/server/agent/v1/AttestAgentRequest';
import { attestAgent } from '../../../server/api/attest-agent.ts';
import { AuditTrail } from '../../../server/api/audit-trail.ts';
import type { ServerCall } from '../../../server/api/server-call.ts';
import type { NodeAttestor } from '../../../server/attestation/node-attestor.ts';
import { Registry } from '../../../server/registry.ts';
import { TRUST_DOMAIN } from '../../support/server-entries.ts';
import { newDisk, openAuthorities } from '../../support/test-authorities.ts';

// What the server makes of the ID that a node attestor, by a mistake or by a trick played on it, gives a node (T-18).

const TYPE = 'test_node';
const csr = Buffer.from(await createCsr({ signer: (await generateKeyPair('ec-p256')).signer }));

/** Attests a node of which the attestor says that it is `id`; the code of the refusal, and whether it was recorded. */
async function attestAs(t: Test, id: string): Promise<{ code: unknown; isRecorded: boolean }> {
  const server = await openAuthorities(t, newDisk(t));
  await server.x509.rotate();
  let isRecorded = false;
  const attestor: NodeAttestor = {
    type: TYPE,
    attest: () =>
      Promise.resolve({
        id: SpiffeId.parse(id),
        selectors: [],
        canReattest: true,
        record: () => {
          isRecorded = true;
          return Promise.resolve();
        },
      }),
  };
  const { datastore, clock, captured, ca } = server;
  const attest = attestAgent({
    trustDomain: TRUST_DOMAIN,
    attestors: [attestor],
    authority: ca,
    datastore,
    registry: await Registry.load(datastore),
    agentTtlSeconds: 3600,
    clock,
    log: captured.log,
  });
  const caller = { kind: 'anonymous', address: '127.0.0.1' };
  const call = { audit: new AuditTrail(), caller } as ServerCall; // all that is asked of it
  try {
    for await (const { step } of attest(requests(), call)) t.equal(step, 'result');
    return { code: status.OK, isRecorded };
  } catch (error) {
    return { code: (error as { code?: unknown }).code, isRecorded };
  }
}

async function* requests(): AsyncGenerator<AttestAgentRequest__Output> {
  yield await Promise.resolve({
    step: 'params',
    params: { data: { type: TYPE, payload: Buffer.from('x') }, params: { csr } },
  } as AttestAgentRequest__Output);
}

t.test('an agent ID of its own is what an attestor may give out', async (t) => {
  t.strictSame(await attestAs(t, `spiffe://example.org/spire/agent/${TYPE}/1`), {
    code: status.OK,
    isRecorded: true,
  });
});

for (const [name, id] of [
  ['the server itself', 'spiffe://example.org/spire/server'],
  ['a workload', 'spiffe://example.org/workload'],
  ['an agent of another attestor', 'spiffe://example.org/spire/agent/join_token/1'],
  ['one that only begins like its own', `spiffe://example.org/spire/agent/${TYPE}2/1`],
  ['all agents of its own', `spiffe://example.org/spire/agent/${TYPE}`],
  ['an agent of another trust domain', `spiffe://other.org/spire/agent/${TYPE}/1`],
] as const) {
  t.test(`no attestor makes a node ${name} (T-18)`, async (t) => {
    t.strictSame(await attestAs(t, id), { code: status.INTERNAL, isRecorded: false });
  });
}
