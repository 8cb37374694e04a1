import { toProtoJson } from '@vouchsafe/proto/json';
import { adminTarget, withConnection } from '../connect.ts';
import { print } from '../output.ts';
import type { OutputFormat } from '../output.ts';
import { collectPages } from '../pages.ts';
import type { Invocation } from '../verb.ts';
import { agentFilter } from './filter.ts';
import type { AgentFilterFlags } from './filter.ts';
import { agentTable } from './table.ts';

const PAGE_SIZE = 1000;

interface ListAgentsFlags extends AgentFilterFlags {
  readonly socket?: string;
  readonly output?: OutputFormat;
}

export async function listAgents(flags: ListAgentsFlags, { terminal }: Invocation): Promise<void> {
  const filter = agentFilter(flags);
  const agents = await withConnection(await adminTarget(flags.socket, terminal), (connection) =>
    collectPages(async (pageToken) => {
      const request = { filter, page_size: PAGE_SIZE, page_token: pageToken };
      const response = await connection.unary('agent', 'ListAgents', request);
      return { items: response.agents, nextPageToken: response.next_page_token };
    }),
  );
  const response = { agents, next_page_token: '' };
  const json = toProtoJson('spire.api.server.agent.v1.ListAgentsResponse', response);
  await print(terminal.stdout, { json, table: agentTable(agents) }, flags.output);
  if (agents.length > 0) return;
  const isFiltered = Object.keys(filter).length > 0;
  terminal.stderr.write(isFiltered ? 'no agents found\n' : 'no agents have joined\n');
}
