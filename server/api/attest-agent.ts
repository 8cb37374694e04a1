import type { AttestAgentRequest__Output } from '@vouchsafe/proto/gen/spire/api/server/agent/v1/AttestAgentRequest';
import type { AttestAgentResponse } from '@vouchsafe/proto/gen/spire/api/server/agent/v1/AttestAgentResponse';
import {
  failedPrecondition,
  internal,
  invalidArgument,
  permissionDenied,
} from '../../runtime/rpc/status.ts';
import { isBanned } from '../attestation/agent-record.ts';
import type { Attestation, NodeAttestor } from '../attestation/node-attestor.ts';
import { isAgentIdOf } from '../registration/reserved-ids.ts';
import { AGENT_CSR } from './agent-deps.ts';
import type { AgentService, AgentServiceDeps } from './agent-deps.ts';
import { provenCsr } from './csr.ts';
import { signingCaller } from './rate-limits.ts';
import { encodeX509Svid } from './messages/svid.ts';

/** The first RPC of an agent's life: from what it can prove to an agent SVID. Open to everybody, by its nature. */
export function attestAgent(deps: AgentServiceDeps): AgentService['AttestAgent'] {
  return async function* (requests, call) {
    const { type, payload, csr } = await firstMessage(requests);
    call.audit.set('node_attestor_type', type);
    const attestor = findAttestor(deps, type);
    const authority = deps.authority.for(signingCaller(call));
    const { publicKeyInfo } = await provenCsr(csr, authority, {
      ...AGENT_CSR,
      missing: 'malformed param: missing CSR',
    });
    const attestation = await attestor.attest({ payload, publicKeyInfo });
    checkId(deps, attestor, attestation);
    call.audit.set('agent_id', attestation.id);
    const svid = await authority.issueX509Svid({
      spiffeId: attestation.id,
      publicKeyInfo,
      ttlSeconds: deps.agentTtlSeconds,
    });
    const current = { serialNumber: svid.serialNumber.toString(), expiresAt: svid.expiresAt };
    call.audit.set('serial_number', current.serialNumber);
    call.audit.set('expires_at', current.expiresAt);
    await attestation.record({
      id: attestation.id,
      attestationType: attestor.type,
      current,
      renewed: undefined,
      canReattest: attestation.canReattest,
      selectors: attestation.selectors,
      agentVersion: '',
    });
    const { canReattest } = attestation;
    yield {
      step: 'result',
      result: { svid: encodeX509Svid(svid), reattestable: canReattest },
    } satisfies AttestAgentResponse;
  };
}

interface FirstMessage {
  readonly type: string;
  readonly payload: Uint8Array;
  readonly csr: Uint8Array;
}

async function firstMessage(
  requests: AsyncIterable<AttestAgentRequest__Output>,
): Promise<FirstMessage> {
  for await (const { params } of requests) {
    const malformed = (what: string): Error => invalidArgument(`malformed param: missing ${what}`);
    if (params === null || params === undefined) throw malformed('params');
    if (params.data === null) throw malformed('attestation data');
    if (params.params === null) throw malformed('X509-SVID parameters');
    if (params.params.csr.length === 0) throw malformed('CSR');
    if (params.data.type === '') throw malformed('attestation data type');
    if (params.data.payload.length === 0) throw malformed('attestation data payload');
    return { type: params.data.type, payload: params.data.payload, csr: params.params.csr };
  }
  throw invalidArgument('failed to receive request from stream: EOF');
}

function findAttestor({ attestors }: AgentServiceDeps, type: string): NodeAttestor {
  const attestor = attestors.find((candidate) => candidate.type === type);
  if (attestor !== undefined) return attestor;
  const shown = JSON.stringify(type.slice(0, 64));
  throw failedPrecondition(
    `error getting node attestor: could not find node attestor type ${shown}`,
  );
}

/**
 * An attestor must never make a node the server, a workload, an agent of another attestor, or one that an operator has
 * banned.
 */
function checkId(
  { registry, trustDomain }: AgentServiceDeps,
  { type }: NodeAttestor,
  { id }: Attestation,
): void {
  if (!isAgentIdOf(id, trustDomain, type)) {
    const mistake = `${id.toString()} is no agent ID that ${type} may give out`;
    throw internal('attestation failed', new TypeError(mistake));
  }
  const known = registry.findAgent(id);
  if (known !== undefined && isBanned(known)) {
    throw permissionDenied('failed to attest: agent is banned');
  }
}
