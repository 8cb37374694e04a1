import type { ExplainIdentityResponse__Output as Explanation } from '@vouchsafe/proto/gen/vouchsafe/server/explain/v1/ExplainIdentityResponse';
import { toProtoJson } from '@vouchsafe/proto/json';
import { CliError } from '../errors.ts';
import { showSelector, showSpiffeId } from '../messages.ts';
import { print } from '../output.ts';
import { printable } from '../terminal.ts';
import type { Invocation } from '../verb.ts';
import { askServer, obstacles } from './ask-server.ts';
import type { WhyFlags, WhyVerb } from './why-flags.ts';
import { explainProcess } from './why-process.ts';

const NOT_LOOKED_AT =
  'Not looked at: processes. Only the agent sees whether one has all selectors of an entry: ask with --pid on its host.';

/** @throws CliError CLI_NOT_GIVEN, after the explanation, so that scripts can tell by the exit status */
export async function explainEntry(
  verb: WhyVerb,
  flags: WhyFlags,
  { terminal }: Invocation,
): Promise<void> {
  const { spiffeId, agentId, pid, output } = flags;
  if (pid !== undefined) return explainProcess(verb, { ...flags, pid }, terminal);
  if (spiffeId === undefined) {
    throw new CliError(
      'CLI_USAGE',
      'say which identity with --spiffe-id, or which process with --pid',
    );
  }
  const explanation = await askServer({ ...flags, spiffeId, agentId }, terminal);
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
