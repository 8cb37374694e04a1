import { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import { TrustDomain } from '@vouchsafe/pki/trust-domain';
import type { EntryExplanation__Output as Entry } from '@vouchsafe/proto/gen/vouchsafe/agent/explain/v1/EntryExplanation';
import type { ExplainProcessResponse__Output as Explanation } from '@vouchsafe/proto/gen/vouchsafe/agent/explain/v1/ExplainProcessResponse';
import { toProtoJson } from '@vouchsafe/proto/json';
import { agentAdminTarget, withConnection } from '../connect.ts';
import { CliError } from '../errors.ts';
import { encodeSpiffeId, showSelector, showSpiffeId } from '../messages.ts';
import { print } from '../output.ts';
import { printable } from '../terminal.ts';
import type { Terminal } from '../terminal.ts';
import { askServer, obstacles } from './ask-server.ts';
import type { WhyFlags, WhyVerb } from './why-flags.ts';

interface Question extends WhyFlags {
  readonly pid: number;
}

/** What the agent of this host gives to a process, and what stands in the way of the rest. @throws CliError CLI_NOT_GIVEN */
export async function explainProcess(
  verb: WhyVerb,
  question: Question,
  terminal: Terminal,
): Promise<void> {
  const { pid, spiffeId, agentSocket, output } = question;
  const explanation = await withConnection(
    await agentAdminTarget(agentSocket, terminal),
    (connection) =>
      connection.unary('agentExplain', 'ExplainProcess', {
        pid,
        spiffe_id: spiffeId === undefined ? null : encodeSpiffeId(spiffeId),
      }),
  );
  const name = 'vouchsafe.agent.explain.v1.ExplainProcessResponse';
  if (output === 'json' || output === 'yaml') {
    const table = { columns: [], rows: [] };
    await print(terminal.stdout, { json: toProtoJson(name, explanation), table }, output);
  } else {
    const lines = await linesOf(verb, { question, explanation, terminal });
    terminal.stdout.write(lines.map((line) => `${printable(line)}\n`).join(''));
  }
  if (!explanation.given) {
    throw new CliError('CLI_NOT_GIVEN', `${spiffeId?.toString() ?? 'none'}, to process ${pid}`);
  }
}

interface Asked {
  readonly question: Question;
  readonly explanation: Explanation;
  readonly terminal: Terminal;
}

async function linesOf(verb: WhyVerb, asked: Asked): Promise<string[]> {
  const { pid } = asked.question;
  const { entries, selectors, given } = asked.explanation;
  const has = `Process ${pid} has ${selectors.map(showSelector).join(' ')}.`;
  const reasons = entries.filter((entry) => entry.given).map(reason);
  if (verb === 'why' && given) return [has, ...reasons];
  const faults = entries.filter((entry) => !entry.given).flatMap(faultLines);
  if (given) return [has, ...reasons, ...(asked.question.spiffeId === undefined ? faults : [])];
  return [has, ...(faults.length > 0 ? faults : await unknownEntry(asked))];
}

const reason = (entry: Entry): string =>
  `Entry ${nameOf(entry)} gives it ${showSpiffeId(entry.spiffe_id)}.`;

/** With the owner, who is to be asked of it. */
const nameOf = ({ entry_id, attributes }: Entry): string =>
  attributes === null || attributes.owner === ''
    ? entry_id
    : `${entry_id} (owner: ${attributes.owner})`;

function faultLines(entry: Entry): string[] {
  const { missing, stored_only, hidden_by } = entry;
  const which = `entry ${nameOf(entry)} for ${showSpiffeId(entry.spiffe_id)}`;
  const lacks = missing.map(({ selector, nearest }) => {
    const wanted = selector === null ? '' : showSelector(selector);
    return nearest === null ? wanted : `${wanted} (it has ${showSelector(nearest)})`;
  });
  return [
    ...(lacks.length > 0
      ? [
          `Wrong: the process lacks of ${which}: ${lacks.join(', ')}.`,
          '  Next: correct the selectors with `vouchsafe entry update --selector`, or run the process as they say.',
        ]
      : []),
    ...(stored_only
      ? [
          `Wrong: ${which} is to be stored (store_svid), and not served on the Workload API.`,
          '  Next: create it again without storing the SVID.',
        ]
      : []),
    ...(hidden_by === ''
      ? []
      : [
          `Wrong: ${which} has the hint of entry ${hidden_by}, which is older and is given in its place.`,
          '  Next: give it another hint with `vouchsafe entry update --hint`.',
        ]),
  ];
}

/** The agent has no entry that comes near: why it has none is the server's to say. */
async function unknownEntry({ question, explanation, terminal }: Asked): Promise<string[]> {
  const agent = showSpiffeId(explanation.agent_id);
  const { spiffeId } = question;
  if (spiffeId === undefined) {
    const count = `of the ${explanation.known_entries} entries of the agent ${agent}`;
    return [
      `Wrong: the process has no selector ${count}.`,
      '  Next: register it with `vouchsafe entry create`, with selectors that it has.',
    ];
  }
  const missing = `Wrong: the agent ${agent} has no entry for ${spiffeId.toString()}.`;
  try {
    const agentId = agentIdOf(explanation);
    const answer = await askServer({ ...question, spiffeId, agentId }, terminal);
    if (!answer.given) return [missing, ...obstacles(answer)];
    return [
      missing,
      '  Next: the server has one for it, so see in the log of the agent why it has not come.',
    ];
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return [missing, '  Next: ask the server, on its host: `vouchsafe entry why-not --spiffe-id`.'];
  }
}

function agentIdOf({ agent_id: id }: Explanation): SpiffeId | undefined {
  return id === null ? undefined : SpiffeId.of(TrustDomain.parse(id.trust_domain), id.path);
}
