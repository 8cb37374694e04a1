import type { Status__Output } from '@vouchsafe/proto/gen/spire/api/types/Status';
import { CliError } from './errors.ts';
import type { Table } from './output.ts';
import { statusName } from './status-name.ts';

interface Result {
  readonly status: Status__Output | null;
  /** What stands in the way, where the server says it. */
  readonly entry?: { readonly id: string } | null;
}

/** Fails when anything of a batch was not done, with what the server said of each. @throws CliError CLI_NOT_DONE */
export function checkDone(what: string, results: readonly Result[]): void {
  const refusals = results.flatMap(({ status, entry }) => {
    if (status === null || status.code === 0) return [];
    const which = entry ? ` (entry ID ${entry.id})` : '';
    return [`the server answered ${statusName(status.code)}: ${status.message}${which}`];
  });
  if (results.length > 0 && refusals.length === 0) return;
  const why =
    refusals.length === 0 ? 'the server did not say what became of it' : refusals.join('\n');
  throw new CliError('CLI_NOT_DONE', `cannot ${what}: ${why}`);
}

/** What became of each trust domain of which something was to be deleted. */
export function deletionTable(
  results: readonly { readonly trust_domain: string; readonly status: Status__Output | null }[],
): Table {
  return {
    columns: ['TRUST DOMAIN', 'RESULT'],
    rows: results.map(({ trust_domain: name, status }) => [
      name,
      status?.code === 0 ? 'deleted' : statusName(status?.code ?? -1),
    ]),
  };
}
