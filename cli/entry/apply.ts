import type { ApplyEntriesResponse__Output } from '@vouchsafe/proto/gen/vouchsafe/server/entry/v1/ApplyEntriesResponse';
import type { _vouchsafe_server_entry_v1_ApplyEntriesResponse_Result__Output as Result } from '@vouchsafe/proto/gen/vouchsafe/server/entry/v1/ApplyEntriesResponse';
import type { RequestOf } from '@vouchsafe/proto/services';
import { adminTarget, withConnection } from '../connect.ts';
import type { Connection, Target } from '../connect.ts';
import { CliError } from '../errors.ts';
import type { OutputFormat } from '../output.ts';
import { statusName } from '../status-name.ts';
import type { Terminal } from '../terminal.ts';
import type { Invocation } from '../verb.ts';
import { isStructured, printJson, showChanges } from './diff.ts';
import { findChanges, isNothing } from './file/changes.ts';
import type { Changes } from './file/changes.ts';
import { encodeForm, maskOf } from './file/entry-form.ts';
import type { EntryForm } from './file/entry-form.ts';
import type { EntryUpdate } from './file/compare.ts';
import { readEntryFile } from './file/read.ts';
import { jsonOf } from './file/show-changes.ts';
import { isUnknownService } from './registered.ts';
import { waitUntilServed } from './wait.ts';
import { writeWarnings } from './warnings.ts';

/** A transaction of many thousand entries takes a while. */
const CALL_MS = 120_000;
/** Each is a question to the server; who creates more at once has looked at the first ones. */
const MAX_WARNED = 20;

/** As many IDs as servers take at once. */
const MAX_NAMED = 500;

interface ApplyFlags {
  readonly socket?: string;
  readonly prune?: boolean;
  readonly dryRun?: boolean;
  /** Seconds. */
  readonly wait?: number;
  readonly output?: OutputFormat;
}

/** Makes the server as a file says, in one transaction, having shown what that changes. @throws CliError */
export async function applyEntryFile(
  { socket, prune = false, dryRun = false, wait, output }: ApplyFlags,
  { terminal, command }: Invocation,
): Promise<void> {
  const [file] = command.processedArgs as [string];
  const wanted = await readEntryFile(file, terminal);
  const target = { ...(await adminTarget(socket, terminal)), callTimeoutMs: CALL_MS };
  await withConnection(target, async (connection) => {
    const changes = await findChanges(connection, wanted, prune);
    if (!isStructured(output)) showChanges(changes, terminal);
    const answer = isNothing(changes) ? undefined : await apply(connection, changes, dryRun);
    const done = { applied: answer?.applied ?? false, dry_run: dryRun };
    if (isStructured(output)) await printJson(terminal, { ...done, ...jsonOf(changes) }, output);
    if (answer === undefined) return;
    checkApplied(answer, changes, dryRun);
    if (!isStructured(output)) terminal.stdout.write(dryRun ? 'dry run: nothing done\n' : 'done\n');
    if (!dryRun) await followUp({ answer, connection, target, wait, terminal });
  });
}

async function apply(
  connection: Connection,
  changes: Changes,
  dryRun: boolean,
): Promise<ApplyEntriesResponse__Output> {
  try {
    // What else an entry has, it was told by us.
    const output_mask = { spiffe_id: true };
    const request = { ...requestOf(changes), dry_run: dryRun, output_mask };
    return await connection.unary('serverEntry', 'ApplyEntries', request);
  } catch (error) {
    if (!isUnknownService(error)) throw error;
    throw new CliError('CLI_NOT_DONE', 'this server cannot change several entries together', {
      remedy: 'Next: use `vouchsafe entry create`, `update` and `delete` with it.',
    });
  }
}

function requestOf({ bundles, entries }: Changes): RequestOf<'serverEntry', 'ApplyEntries'> {
  return {
    bundles: bundles.changes.map(({ bundle }) => bundle),
    delete: entries.deletions.map(({ form, revision }) => ({
      ...{ id: form.id, revision_number: revision },
    })),
    update: entries.updates.map(encodeUpdate),
    create: entries.creations.map(encodeForm),
  };
}

function encodeUpdate({ known, form, changes }: EntryUpdate) {
  const { input_mask, hasAttributes } = maskOf(changes.map(({ field }) => field));
  const { entry, attributes } = encodeForm(form);
  return {
    ...{ entry: { ...entry, id: known.form.id }, input_mask, revision_number: known.revision },
    ...(hasAttributes ? { attributes } : {}),
  };
}

/** @throws CliError CLI_NOT_DONE with all that stood in the way */
function checkApplied(
  answer: ApplyEntriesResponse__Output,
  { bundles, entries }: Changes,
  dryRun: boolean,
): void {
  if (answer.applied) return;
  const refusals = [
    ...refusalsOf(answer.bundles, (at) => `federated bundle ${nameOfBundle(bundles, at)}`),
    ...refusalsOf(answer.deleted, (at) => `- entry ${entries.deletions[at]!.form.id}`),
    ...refusalsOf(answer.updated, (at) => `~ entry ${entries.updates[at]!.known.form.id}`),
    ...refusalsOf(answer.created, (at) => `+ entry ${nameOfNew(entries.creations[at]!)}`),
  ];
  if (dryRun && refusals.length === 0) return;
  const lines = refusals.map((refusal) => `\n  ${refusal}`).join('');
  const isOutdated = lines.includes('changed since');
  throw new CliError(
    'CLI_NOT_DONE',
    `nothing was changed${lines === '' ? ', and the server did not say why' : `, for${lines}`}`,
    isOutdated ? { remedy: 'Next: run it again; it then starts from what there is now.' } : {},
  );
}

const nameOfBundle = ({ changes }: Changes['bundles'], at: number): string =>
  changes[at]!.bundle.trust_domain ?? '';

const nameOfNew = ({ id, spiffe_id }: EntryForm): string =>
  id === '' ? spiffe_id : `${id} ${spiffe_id}`;

/** ABORTED is said of what could have been done, but for an entry that has changed since it was read. */
function refusalsOf(results: readonly Result[], nameOf: (at: number) => string): string[] {
  return results.flatMap(({ status, entry }, at) => {
    const code = status?.code ?? 0;
    const isCollateral = statusName(code) === 'ABORTED' && !/changed since/.test(status!.message);
    if (code === 0 || isCollateral) return [];
    const other = entry?.entry ? ` (entry ID ${entry.entry.id})` : '';
    return [`${nameOf(at)}: ${statusName(code)}: ${status!.message}${other}`];
  });
}

interface Done {
  readonly answer: ApplyEntriesResponse__Output;
  readonly connection: Connection;
  readonly target: Target;
  readonly wait: number | undefined;
  readonly terminal: Terminal;
}

async function followUp({ answer, connection, target, wait, terminal }: Done): Promise<void> {
  const { stderr } = terminal;
  const entriesOf = (results: readonly Result[]) =>
    results.flatMap(({ entry }) => (entry?.entry ? [entry.entry] : []));
  await writeWarnings(connection, entriesOf(answer.created).slice(0, MAX_WARNED), stderr);
  const changed = entriesOf([...answer.created, ...answer.updated]).map(({ id }) => id);
  if (wait === undefined || changed.length === 0) return;
  // No IDs ask for all there is.
  const ids = changed.length > MAX_NAMED ? [] : changed;
  const done = 'the entries are as the file says';
  await waitUntilServed(ids, { target, seconds: wait, stderr, done });
}
