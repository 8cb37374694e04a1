import type { Status__Output } from '@vouchsafe/proto/gen/spire/api/types/Status';
import { CliError } from './errors.ts';
import { statusName } from './status-name.ts';

interface Result {
  readonly status: Status__Output | null;
}

/** Fails when anything of a batch was not done, with what the server said of each. @throws CliError CLI_NOT_DONE */
export function checkDone(what: string, results: readonly Result[]): void {
  const refusals = results
    .map(({ status }) => status)
    .filter((status) => status !== null)
    .filter(({ code }) => code !== 0)
    .map(({ code, message }) => `the server answered ${statusName(code)}: ${message}`);
  if (results.length > 0 && refusals.length === 0) return;
  const why =
    refusals.length === 0 ? 'the server did not say what became of it' : refusals.join('\n');
  throw new CliError('CLI_NOT_DONE', `cannot ${what}: ${why}`);
}
