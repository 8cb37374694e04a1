import type { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import type { ExplainIdentityResponse__Output as Explanation } from '@vouchsafe/proto/gen/vouchsafe/server/explain/v1/ExplainIdentityResponse';
import { toProtoJson } from '@vouchsafe/proto/json';
import { adminTarget, withConnection } from '../connect.ts';
import { CliError } from '../errors.ts';
import { encodeSpiffeId, showSelector, showSpiffeId } from '../messages.ts';
import { print } from '../output.ts';
import type { OutputFormat } from '../output.ts';
import { printable } from '../terminal.ts';
import type { Invocation } from '../verb.ts';
import { faultText } from './fault-texts.ts';

export interface WhyFlags {
  readonly spiffeId: SpiffeId;
  readonly agentId?: SpiffeId;
  readonly socket?: string;
  readonly output?: OutputFormat;
}

const NOT_LOOKED_AT =
  'Not looked at: processes. Only the agent sees whether one has all selectors of an entry, and whether the entry has reached it.';

/** @throws CliError CLI_NOT_GIVEN, after the explanation, so that scripts can tell by the exit status */
export async function explainEntry(
  verb: 'why' | 'why-not',
  { spiffeId, agentId, socket, output }: WhyFlags,
  { terminal }: Invocation,
): Promise<void> {
  const explanation = await withConnection(await adminTarget(socket, terminal), (connection) =>
    connection.unary('serverExplain', 'ExplainIdentity', {
      spiffe_id: encodeSpiffeId(spiffeId),
      agent_id: agentId === undefined ? null : encodeSpiffeId(agentId),
    }),
  );
  if (output === 'json' || output === 'yaml') {
    const name = 'vouchsafe.server.explain.v1.ExplainIdentityResponse';
    const table = { columns: [], rows: [] };
    await print(terminal.stdout, { json: toProtoJson(name, explanation), table }, output);
  } else {
    const lines = verb === 'why' ? reasons(explanation) : obstacles(explanation);
    const text = [...lines, NOT_LOOKED_AT].map((line) => `${printable(line)}\n`).join('');
    terminal.stdout.write(text);
  }
  if (!explanation.given) throw new CliError('CLI_NOT_GIVEN', spiffeId.toString());
}

function reasons(explanation: Explanation): string[] {
  const given = explanation.entries.filter((each) => each.given);
  if (given.length === 0) return obstacles(explanation);
  return given.map(({ entry, agents, agent_count }) => {
    const selectors = (entry?.selectors ?? []).map(showSelector).join(' ');
    const more = agent_count > agents.length ? ` and ${agent_count - agents.length} more` : '';
    const through = `${agents.map(showSpiffeId).join(', ')}${more}`;
    return `Entry ${entry?.id ?? ''} gives it to processes with ${selectors}, through ${through}.`;
  });
}

/** What is wrong, each followed by what to do; the same fault of several entries once. */
function obstacles({ given, entries, entry_count, faults }: Explanation): string[] {
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
