import { toProtoJson } from '@vouchsafe/proto/json';
import { adminTarget, withConnection } from '../connect.ts';
import { encodeSpiffeId, showSelector } from '../messages.ts';
import { print } from '../output.ts';
import type { Invocation } from '../verb.ts';
import type { OneAgentFlags } from './one-agent.ts';
import { agentTable } from './table.ts';

export async function showAgent(
  { socket, spiffeId, output }: OneAgentFlags,
  { terminal }: Invocation,
): Promise<void> {
  const agent = await withConnection(await adminTarget(socket, terminal), (connection) =>
    connection.unary('agent', 'GetAgent', { id: encodeSpiffeId(spiffeId) }),
  );
  const json = toProtoJson('spire.api.types.Agent', agent);
  const { columns, rows } = agentTable([agent]);
  const selectors = agent.selectors.map(showSelector).join(' ');
  const table = {
    columns: [...columns, 'SERIAL NUMBER', 'SELECTORS'],
    rows: rows.map((row) => [...row, agent.x509svid_serial_number, selectors]),
  };
  await print(terminal.stdout, { json, table }, output);
}
