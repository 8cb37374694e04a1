import type { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import { toProtoJson } from '@vouchsafe/proto/json';
import { adminTarget, withConnection } from '../connect.ts';
import { encodeSpiffeId } from '../messages.ts';
import { print } from '../output.ts';
import type { OutputFormat } from '../output.ts';
import type { Terminal } from '../terminal.ts';

/** Of every verb about one agent. */
export interface OneAgentFlags {
  readonly socket?: string;
  readonly spiffeId: SpiffeId;
  readonly output?: OutputFormat;
}

interface Deed {
  readonly method: 'BanAgent' | 'DeleteAgent';
  /** What the agent is once it is done. */
  readonly result: string;
}

/** Does something to an agent that answers nothing, and says that it is done. */
export async function changeAgent(
  { socket, spiffeId, output }: OneAgentFlags,
  terminal: Terminal,
  { method, result }: Deed,
): Promise<void> {
  const response = await withConnection(await adminTarget(socket, terminal), (connection) =>
    connection.unary('agent', method, { id: encodeSpiffeId(spiffeId) }),
  );
  const json = toProtoJson('google.protobuf.Empty', response);
  const table = { columns: ['SPIFFE ID', 'RESULT'], rows: [[spiffeId.toString(), result]] };
  await print(terminal.stdout, { json, table }, output);
}
