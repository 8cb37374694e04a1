import type { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import { toProtoJson } from '@vouchsafe/proto/json';
import { adminTarget, withConnection } from '../connect.ts';
import { encodeSpiffeId, showTime } from '../messages.ts';
import { print } from '../output.ts';
import type { OutputFormat } from '../output.ts';
import type { Invocation } from '../verb.ts';

interface GenerateTokenFlags {
  readonly socket?: string;
  readonly spiffeId?: SpiffeId;
  readonly ttl: number;
  readonly output?: OutputFormat;
}

export async function generateToken(
  { socket, spiffeId, ttl, output }: GenerateTokenFlags,
  { terminal }: Invocation,
): Promise<void> {
  const request = {
    ttl: Math.ceil(ttl),
    ...(spiffeId === undefined ? {} : { agent_id: encodeSpiffeId(spiffeId) }),
  };
  const response = await withConnection(await adminTarget(socket, terminal), (connection) =>
    connection.unary('agent', 'CreateJoinToken', request),
  );
  const json = toProtoJson('spire.api.types.JoinToken', response);
  const table = {
    columns: ['JOIN TOKEN', 'CAN BE USED UNTIL'],
    rows: [[response.value, showTime(response.expires_at)]],
  };
  await print(terminal.stdout, { json, table, plain: `${response.value}\n` }, output);
  if (!terminal.stdout.isTerminal) return;
  terminal.stderr.write(
    'On the node, put it into a file and start the agent with `vouchsafe agent run --join-token-file FILE …`.\n',
  );
}
