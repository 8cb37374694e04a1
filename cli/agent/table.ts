import type { Agent__Output } from '@vouchsafe/proto/gen/spire/api/types/Agent';
import { showSpiffeId, showTime } from '../messages.ts';
import type { Table } from '../output.ts';

export function agentTable(agents: readonly Agent__Output[]): Table {
  return {
    columns: ['SPIFFE ID', 'ATTESTED BY', 'SVID EXPIRES', 'STATE', 'VERSION'],
    rows: agents.map((agent) => [
      showSpiffeId(agent.id),
      agent.attestation_type,
      showTime(agent.x509svid_expires_at),
      stateOf(agent),
      agent.agent_version,
    ]),
  };
}

function stateOf({ banned, can_reattest: canReattest }: Agent__Output): string {
  if (banned) return 'banned';
  return canReattest ? 'can attest again' : 'renews its SVID';
}
