import type { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import type { ExplainIdentityResponse__Output as Explanation } from '@vouchsafe/proto/gen/vouchsafe/server/explain/v1/ExplainIdentityResponse';
import { adminTarget, withConnection } from '../connect.ts';
import { encodeSpiffeId } from '../messages.ts';
import type { Terminal } from '../terminal.ts';
import { faultText } from './fault-texts.ts';

/** What the server sees of an identity, through one agent or any. */
export async function askServer(
  question: {
    readonly spiffeId: SpiffeId;
    readonly agentId: SpiffeId | undefined;
    readonly socket?: string;
  },
  terminal: Terminal,
): Promise<Explanation> {
  const { spiffeId, agentId, socket } = question;
  return withConnection(await adminTarget(socket, terminal), (connection) =>
    connection.unary('serverExplain', 'ExplainIdentity', {
      spiffe_id: encodeSpiffeId(spiffeId),
      agent_id: agentId === undefined ? null : encodeSpiffeId(agentId),
    }),
  );
}

/** What is wrong, each followed by what to do; the same fault of several entries once. */
export function obstacles({ given, entries, entry_count, faults }: Explanation): string[] {
  if (given) return ['Nothing that the server sees stands in the way.'];
  const all = [...faults, ...entries.flatMap((each) => each.faults)].map(faultText);
  const lines = new Set(all.flatMap(({ wrong, next }) => [`Wrong: ${wrong}.\n${next}`]));
  const unseen = entry_count - entries.length;
  return [
    ...[...lines].flatMap((pair) => {
      const [wrong = '', next = ''] = pair.split('\n');
      return [wrong, `  Next: ${next}.`];
    }),
    ...(unseen > 0 ? [`${unseen} more entries with this SPIFFE ID were not looked at.`] : []),
  ];
}
