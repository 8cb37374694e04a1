import type { Entry__Output } from '@vouchsafe/proto/gen/spire/api/types/Entry';
import type { Fault__Output } from '@vouchsafe/proto/gen/vouchsafe/server/explain/v1/Fault';
import type { Connection } from '../connect.ts';
import { CliError } from '../errors.ts';
import { printable } from '../terminal.ts';
import type { Output } from '../terminal.ts';
import { faultText } from './fault-texts.ts';

/** What an operator may have overlooked; that an entry is made to be an alias, or to be stored, is no mistake. */
const WORTH_SAYING: ReadonlySet<Fault__Output['kind']> = new Set([
  ...(['ENTRY_EXPIRED', 'PARENT_UNKNOWN', 'AGENT_UNKNOWN', 'AGENT_BANNED'] as const),
  ...(['AGENT_EXPIRED', 'ALIAS_UNMATCHED', 'PARENT_CIRCLE'] as const),
]);

/** What makes it unlikely that any process gets the identity of an entry that was just created. */
export async function entryWarnings(
  connection: Connection,
  entry: Entry__Output,
): Promise<string[]> {
  const faults = await faultsOf(connection, entry);
  return faults.filter(({ kind }) => WORTH_SAYING.has(kind)).map((fault) => faultText(fault).wrong);
}

/** Says it of each of these. */
export async function writeWarnings(
  connection: Connection,
  entries: readonly Entry__Output[],
  stderr: Output,
): Promise<void> {
  for (const entry of entries) {
    for (const warning of await entryWarnings(connection, entry)) {
      stderr.write(`${printable(`warning: ${warning}`)}\n`);
    }
  }
}

async function faultsOf(connection: Connection, entry: Entry__Output): Promise<Fault__Output[]> {
  try {
    const { spiffe_id } = entry;
    const { entries } = await connection.unary('serverExplain', 'ExplainIdentity', { spiffe_id });
    const explained = entries.find((one) => one.entry?.id === entry.id);
    return explained === undefined || explained.given ? [] : explained.faults;
  } catch (error) {
    // The entry is there. A server of others has no such service, and one that has none now loses a warning.
    if (error instanceof CliError) return [];
    throw error;
  }
}
