import type { Agent } from '@vouchsafe/proto/gen/spire/api/types/Agent';
import type { AgentMask__Output } from '@vouchsafe/proto/gen/spire/api/types/AgentMask';
import { isBanned } from '../../attestation/agent-record.ts';
import type { AgentRecord } from '../../attestation/agent-record.ts';
import { applyMask } from './mask.ts';
import { encodeSelectors } from './selector.ts';
import { encodeSpiffeId } from './spiffe-id.ts';
import { encodeTime } from './time.ts';

export function encodeAgent(agent: AgentRecord, mask: AgentMask__Output | null): Agent {
  const message: Agent = {
    id: encodeSpiffeId(agent.id),
    attestation_type: agent.attestationType,
    x509svid_serial_number: agent.current?.serialNumber ?? '',
    x509svid_expires_at: encodeTime(agent.current?.expiresAt),
    selectors: encodeSelectors(agent.selectors),
    banned: isBanned(agent),
    can_reattest: agent.canReattest,
    agent_version: agent.agentVersion,
  };
  return applyMask(message, mask, 'id');
}
