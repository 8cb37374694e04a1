import { toProtoJson } from '@vouchsafe/proto/json';
import { adminTarget, withConnection } from '../connect.ts';
import { print } from '../output.ts';
import type { OutputFormat } from '../output.ts';
import type { Invocation } from '../verb.ts';
import { agentFilter } from './filter.ts';
import type { AgentFilterFlags } from './filter.ts';

interface CountAgentsFlags extends AgentFilterFlags {
  readonly socket?: string;
  readonly output?: OutputFormat;
}

export async function countAgents(
  flags: CountAgentsFlags,
  { terminal }: Invocation,
): Promise<void> {
  const filter = agentFilter(flags);
  const response = await withConnection(await adminTarget(flags.socket, terminal), (connection) =>
    connection.unary('agent', 'CountAgents', { filter }),
  );
  const json = toProtoJson('spire.api.server.agent.v1.CountAgentsResponse', response);
  const table = { columns: ['AGENTS'], rows: [[String(response.count)]] };
  await print(terminal.stdout, { json, table }, flags.output);
}
