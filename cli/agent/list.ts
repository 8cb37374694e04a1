import type { Agent__Output } from '@vouchsafe/proto/gen/spire/api/types/Agent';
import { toProtoJson } from '@vouchsafe/proto/json';
import { adminTarget, withConnection } from '../connect.ts';
import { showSpiffeId, showTime } from '../messages.ts';
import { print } from '../output.ts';
import type { OutputFormat, Table } from '../output.ts';
import { collectPages } from '../pages.ts';
import type { Invocation } from '../verb.ts';

const PAGE_SIZE = 1000;

interface ListAgentsFlags {
  readonly socket?: string;
  readonly output?: OutputFormat;
}

export async function listAgents(
  { socket, output }: ListAgentsFlags,
  { terminal }: Invocation,
): Promise<void> {
  const agents = await withConnection(await adminTarget(socket, terminal), (connection) =>
    collectPages(async (pageToken) => {
      const request = { page_size: PAGE_SIZE, page_token: pageToken };
      const response = await connection.unary('agent', 'ListAgents', request);
      return { items: response.agents, nextPageToken: response.next_page_token };
    }),
  );
  const response = { agents, next_page_token: '' };
  const json = toProtoJson('spire.api.server.agent.v1.ListAgentsResponse', response);
  await print(terminal.stdout, { json, table: agentTable(agents) }, output);
  if (agents.length === 0) terminal.stderr.write('no agents have joined\n');
}

function agentTable(agents: readonly Agent__Output[]): Table {
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
