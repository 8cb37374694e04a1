import type { AwaitServedResponse__Output } from '@vouchsafe/proto/gen/vouchsafe/server/updates/v1/AwaitServedResponse';
import { withConnection } from '../connect.ts';
import type { Target } from '../connect.ts';
import { CliError } from '../errors.ts';
import { printable } from '../terminal.ts';
import type { Output } from '../terminal.ts';
import { isUnknownService } from './registered.ts';

/** What the answer takes beyond the time that the server waits. */
const ANSWER_MS = 10_000;

interface Waiting {
  readonly target: Target;
  readonly seconds: number;
  readonly stderr: Output;
  /** What is done in any case, as a sentence. */
  readonly done: string;
}

/**
 * Waits until the agents concerned serve the entries that were created.
 * @throws CliError CLI_NOT_DONE, naming who does not, when the time is over or nobody is there
 */
export async function waitUntilServed(
  entryIds: readonly string[],
  { target, seconds, stderr, done }: Waiting,
): Promise<void> {
  const waitMs = seconds * 1000;
  const request = { entry_ids: [...entryIds], wait_ms: waitMs };
  const patient = { ...target, callTimeoutMs: waitMs + ANSWER_MS };
  const answer = await withConnection(patient, (connection) =>
    connection.unary('updates', 'AwaitServed', request),
  ).catch((error: unknown) => {
    throw isUnknownService(error)
      ? notServed(done, 'this server cannot tell who serves it')
      : error;
  });
  const problem = problemOf(answer);
  if (problem !== undefined) throw notServed(done, problem);
  for (const id of answer.not_connected) {
    stderr.write(`${printable(id)} is not connected: it serves the entry once it is back\n`);
  }
}

function problemOf(answer: AwaitServedResponse__Output): string | undefined {
  const { served, waiting, not_connected: notConnected } = answer;
  if (waiting.length > 0) return listOf('not served yet by', [...waiting, ...notConnected]);
  if (served.length > 0) return undefined;
  if (notConnected.length > 0) return listOf('not connected:', notConnected);
  return 'there is no agent that it concerns; `vouchsafe agent list` shows those that there are';
}

const listOf = (what: string, ids: readonly string[]): string =>
  ids.length === 1 ? `${what} ${ids[0]!}` : [what, ...ids].join('\n  ');

const notServed = (done: string, why: string): CliError =>
  new CliError('CLI_NOT_DONE', `${done}, but ${why}`);
