import type { _vouchsafe_server_entry_v1_ApplyEntriesResponse_Result__Output as Applied } from '@vouchsafe/proto/gen/vouchsafe/server/entry/v1/ApplyEntriesResponse';
import type { Status__Output } from '@vouchsafe/proto/gen/spire/api/types/Status';
import { toProtoJson } from '@vouchsafe/proto/json';
import { checkDone } from '../batch-result.ts';
import { print } from '../output.ts';
import type { OutputFormat } from '../output.ts';
import type { Terminal } from '../terminal.ts';
import { registeredJson } from './registered.ts';
import type { Registered } from './registered.ts';
import { entryTable } from './table.ts';

/** What became of one entry: as it is now, or what stands in its way. */
export interface EntryResult {
  readonly status: Status__Output | null;
  readonly registered: Registered | null;
}

interface SpireResult {
  readonly status: Status__Output | null;
  readonly entry: Registered['entry'] | null;
}

export const ofSpire = ({ status, entry }: SpireResult): EntryResult => ({
  status,
  registered: entry === null ? null : { entry, attributes: null },
});

export const ofApplied = ({ status, entry }: Applied): EntryResult => ({
  status,
  registered: entry?.entry ? { entry: entry.entry, attributes: entry.attributes } : null,
});

export const doneOf = (results: readonly EntryResult[]): Registered[] =>
  results.flatMap(({ status, registered }) =>
    status?.code === 0 && registered !== null ? [registered] : [],
  );

interface Reported {
  readonly results: readonly EntryResult[];
  /** What a script wants of it, in place of the table's rows. */
  readonly plain?: string;
}

export async function printResults(
  { results, plain }: Reported,
  output: OutputFormat | undefined,
  { stdout }: Terminal,
): Promise<void> {
  const json = {
    results: results.map(({ status, registered }) => ({
      status: status === null ? null : toProtoJson('spire.api.types.Status', status),
      entry: registered === null ? null : registeredJson(registered),
    })),
  };
  const table = entryTable(doneOf(results));
  await print(stdout, { json, table, ...(plain === undefined ? {} : { plain }) }, output);
}

/** @throws CliError CLI_NOT_DONE */
export function checkResults(what: string, results: readonly EntryResult[]): void {
  checkDone(
    what,
    results.map(({ status, registered }) => ({ status, entry: registered?.entry ?? null })),
  );
}
