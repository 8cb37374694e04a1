import type { TrustDomain } from '@vouchsafe/pki/trust-domain';
import type { Knex } from 'knex';
import type { RegistrationEntry } from '../../registration/entry.ts';
import type {
  EntryCheck,
  EntryDenied,
  EntryGuard,
  EntryUpdate,
  UpdateEntryOutcome,
} from '../datastore.ts';
import { inChunks } from './columns.ts';
import { missingBundles } from './create-entries.ts';
import { fromRow, toRow } from './entry-row.ts';
import type { EntryRow } from './entry-row.ts';
import type { Record } from './transactions.ts';

/** Replaces some fields of an entry within a transaction, unless something stands in the way. */
export async function updateEntry(
  tx: Knex.Transaction,
  { id, changes }: EntryUpdate,
  { check, guard }: { readonly check: EntryCheck; readonly guard: EntryGuard | undefined },
): Promise<UpdateEntryOutcome> {
  const stored = await tx<EntryRow>('entries').where({ id }).first();
  if (stored === undefined) return { kind: 'not_found' };
  const entry = fromRow(stored);
  const changed = { ...entry, ...changes, revisionNumber: entry.revisionNumber + 1 };
  // Neither what it is nor what it would be may be another's.
  const refusal = guard?.(entry) ?? guard?.(changed);
  if (refusal !== undefined) return { kind: 'denied', problem: refusal };
  const problem = check(changed);
  if (problem !== undefined) return { kind: 'invalid', problem };
  const columns = toRow(changed);
  const similar = await tx<EntryRow>('entries')
    .where({ fingerprint: columns.fingerprint })
    .whereNot({ id })
    .first();
  if (similar !== undefined) return { kind: 'similar', entry: fromRow(similar) };
  const missing = (await missingBundles(tx, [changed]))(changed);
  if (missing !== undefined) return { kind: 'bundle_missing', trustDomain: missing };
  await tx('entries').where({ id }).update(columns);
  return { kind: 'updated', entry: fromRow({ ...columns, row: stored.row }) };
}

/** Those of these entries that a guard keeps from whoever asks. */
export async function deniedOf(
  tx: Knex.Transaction,
  ids: readonly string[],
  guard: EntryGuard | undefined,
): Promise<Map<string, EntryDenied>> {
  const denied = new Map<string, EntryDenied>();
  if (guard === undefined) return denied;
  for (const chunk of inChunks(ids)) {
    for (const row of await tx<EntryRow>('entries').whereIn('id', chunk)) {
      const problem = guard(fromRow(row));
      if (problem !== undefined) denied.set(row.id, { kind: 'denied', problem });
    }
  }
  return denied;
}

export async function entriesFederatingWith(
  tx: Knex.Transaction,
  { name }: TrustDomain,
): Promise<RegistrationEntry[]> {
  // Finds it in longer names too, and an underscore stands for anything; the list itself has the last word.
  const rows = await tx<EntryRow>('entries')
    .where('federates_with', 'like', `%"${name}"%`)
    .orderBy('row');
  return rows
    .map(fromRow)
    .filter(({ federatesWith }) => federatesWith.some((trustDomain) => trustDomain.name === name));
}

/** The entry without this federation; agents see by its revision that it has changed. */
export async function dissociateEntry(
  tx: Knex.Transaction,
  from: { readonly entry: RegistrationEntry; readonly trustDomain: TrustDomain },
  record: Record,
): Promise<void> {
  const { entry, trustDomain } = from;
  const { id } = entry;
  const changed = {
    ...entry,
    federatesWith: entry.federatesWith.filter((other) => !other.equals(trustDomain)),
    revisionNumber: entry.revisionNumber + 1,
  };
  await tx('entries').where({ id }).update(toRow(changed));
  record({ kind: 'entry', id, entry: changed });
}

/** Whether each existed. */
export async function deleteEntries(
  tx: Knex.Transaction,
  ids: readonly string[],
  record: Record,
): Promise<boolean[]> {
  const deleted = new Set<string>();
  for (const chunk of inChunks(ids)) {
    const rows = await tx<EntryRow>('entries').whereIn('id', chunk).select('id');
    for (const { id } of rows) deleted.add(id);
    await tx('entries').whereIn('id', chunk).delete();
  }
  return ids.map((id) => {
    const existed = deleted.delete(id); // a second time it is gone
    if (existed) record({ kind: 'entry', id, entry: undefined });
    return existed;
  });
}
