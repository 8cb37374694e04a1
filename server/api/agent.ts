import type { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import {
  alreadyExists,
  invalidArgument,
  notFound,
  permissionDenied,
} from '../../runtime/rpc/status.ts';
import { agentIdOf, hashToken, makeToken } from '../attestation/join-token.ts';
import { AGENT_CSR } from './agent-deps.ts';
import type { AgentService, AgentServiceDeps } from './agent-deps.ts';
import { agentFilter } from './agent-filter.ts';
import { attestAgent } from './attest-agent.ts';
import { provenCsr } from './csr.ts';
import { denial } from './denial.ts';
import { encodeAgent } from './messages/agent.ts';
import { decodeAgent, decodeWorkload } from './messages/spiffe-id.ts';
import { encodeX509Svid } from './messages/svid.ts';
import { encodeTime } from './messages/time.ts';
import { pageOf } from './page.ts';
import { signingCaller } from './rate-limits.ts';
import { refusing } from './refusing.ts';
import { agentOf } from './server-call.ts';

const MAX_VERSION_BYTES = 255;

/** `spire.api.server.agent.v1.Agent`. */
export function agentService(deps: AgentServiceDeps): AgentService {
  return {
    AttestAgent: attestAgent(deps),
    RenewAgent: renewAgent(deps),
    PostStatus: postStatus(deps),
    CreateJoinToken: createJoinToken(deps),
    ...reading(deps),
    ...removing(deps),
  };
}

function reading({
  registry,
  trustDomain,
  log,
}: AgentServiceDeps): Pick<AgentService, 'CountAgents' | 'ListAgents' | 'GetAgent'> {
  return {
    CountAgents({ filter }) {
      const passes = agentFilter(filter, log);
      let count = 0;
      for (const agent of registry.agents()) if (passes(agent)) count++;
      return { count };
    },
    ListAgents(request) {
      const passes = agentFilter(request.filter, log);
      const { items, nextPageToken } = pageOf(registry.agents(), request, passes);
      const agents = items.map((agent) => encodeAgent(agent, request.output_mask));
      return { agents, next_page_token: nextPageToken };
    },
    GetAgent({ id, output_mask }) {
      const agent = registry.findAgent(decodeId(id, trustDomain));
      if (agent === undefined) throw notFound('agent not found');
      return encodeAgent(agent, output_mask);
    },
  };
}

function removing({
  datastore: { agents },
  trustDomain,
}: AgentServiceDeps): Pick<AgentService, 'DeleteAgent' | 'BanAgent'> {
  return {
    async DeleteAgent({ id }, call) {
      const agentId = decodeId(id, trustDomain);
      call.audit.set('agent_id', agentId);
      if (!(await agents.delete(agentId))) throw notFound('agent not found');
      return {};
    },
    async BanAgent({ id }, call) {
      const agentId = decodeId(id, trustDomain);
      call.audit.set('agent_id', agentId);
      if (!(await agents.ban(agentId))) throw notFound('agent not found');
      return {};
    },
  };
}

/** The old SVID stays good until the new one is used, since the answer may never arrive. */
function renewAgent(deps: AgentServiceDeps): AgentService['RenewAgent'] {
  return async ({ params }, call) => {
    const agent = agentOf(call);
    if (agent.canReattest)
      throw denial('agent must reattest instead of renew', 'AGENT_MUST_REATTEST');
    if (params === null) throw invalidArgument('params cannot be nil');
    const authority = deps.authority.for(signingCaller(call));
    const { publicKeyInfo } = await provenCsr(params.csr, authority, AGENT_CSR);
    const ttlSeconds = deps.agentTtlSeconds;
    const svid = await authority.issueX509Svid({
      spiffeId: agent.id,
      publicKeyInfo,
      ttlSeconds,
    });
    const renewed = { serialNumber: svid.serialNumber.toString(), expiresAt: svid.expiresAt };
    call.audit.set('serial_number', renewed.serialNumber);
    call.audit.set('expires_at', renewed.expiresAt);
    if (!(await deps.datastore.agents.setRenewed(agent.id, renewed))) {
      throw notFound('agent not found');
    }
    return { svid: encodeX509Svid(svid) };
  };
}

function postStatus({ datastore }: AgentServiceDeps): AgentService['PostStatus'] {
  return async ({ agent_version: version }, call) => {
    const agent = agentOf(call);
    if (version === '') return {};
    if (Buffer.byteLength(version) > MAX_VERSION_BYTES) {
      throw invalidArgument(`agent version is too long (max ${MAX_VERSION_BYTES} characters)`);
    }
    if (version.includes('\0')) throw invalidArgument('agent version contains a NUL character');
    call.audit.set('agent_version', version);
    if (version !== agent.agentVersion) await datastore.agents.setVersion(agent.id, version);
    return {};
  };
}

function createJoinToken(deps: AgentServiceDeps): AgentService['CreateJoinToken'] {
  const { trustDomain, clock, datastore } = deps;
  return async (request, call) => {
    if (request.ttl < 1) throw invalidArgument('ttl is required, you must provide one');
    const aliasId =
      request.agent_id === null
        ? undefined
        : refusing('invalid agent ID', () => decodeWorkload(request.agent_id, trustDomain));
    const token = refusing('invalid token', () => makeToken(request.token, trustDomain));
    const expiresAt = new Date(clock.now().getTime() + request.ttl * 1000);
    call.audit.set('expires_at', expiresAt);
    if (aliasId !== undefined) call.audit.set('agent_id', aliasId);
    // The alias is an entry, and gives its ID to the node.
    const problem = aliasId === undefined ? undefined : call.restriction?.identityProblem(aliasId);
    if (problem !== undefined) throw permissionDenied(`failed to create token: ${problem}`);
    // Not only tokens in use: an agent of this name may have joined with one long forgotten.
    const isTaken = deps.registry.findAgent(agentIdOf(token, trustDomain)) !== undefined;
    const isNew =
      !isTaken &&
      (await datastore.joinTokens.create({ hash: hashToken(token), expiresAt, aliasId }));
    if (!isNew) throw alreadyExists('join token exists or has been used');
    return { value: token, expires_at: encodeTime(expiresAt) };
  };
}

const decodeId = (
  id: Parameters<typeof decodeAgent>[0],
  trustDomain: AgentServiceDeps['trustDomain'],
): SpiffeId => refusing('invalid agent ID', () => decodeAgent(id, trustDomain));
