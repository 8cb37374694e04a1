import type { TrustDomain } from '@vouchsafe/pki/trust-domain';
import type { Knex } from 'knex';
import type { RegistrationEntry } from '../../registration/entry.ts';
import type {
  CreateEntryOutcome,
  EntryCheck,
  EntryDenied,
  EntryGuard,
  EntryStore,
  EntryUpdate,
  NewEntry,
  UpdateEntryOutcome,
} from '../datastore.ts';
import { inChunks } from './columns.ts';
import { createEntries, missingBundles } from './create-entries.ts';
import { fromRow, toRow } from './entry-row.ts';
import type { EntryRow } from './entry-row.ts';
import { readEntryPage } from './entry-page.ts';
import { findExpiredEntries } from './prune.ts';
import type { Record, Transactions } from './transactions.ts';

export class SqlEntries implements EntryStore {
  readonly #transactions: Transactions;

  constructor(transactions: Transactions) {
    this.#transactions = transactions;
  }

  create(entries: readonly NewEntry[], now: Date): Promise<CreateEntryOutcome[]> {
    return this.#transactions.write((tx, record) => createEntries(tx, { entries, now }, record));
  }

  update(
    updates: readonly EntryUpdate[],
    check: EntryCheck,
    guard?: EntryGuard,
  ): Promise<UpdateEntryOutcome[]> {
    return this.#transactions.write(async (tx, record) => {
      const outcomes: UpdateEntryOutcome[] = [];
      for (const update of updates) {
        const outcome = await updateEntry(tx, update, { check, guard });
        if (outcome.kind === 'updated') {
          record({ kind: 'entry', id: update.id, entry: outcome.entry });
        }
        outcomes.push(outcome);
      }
      return outcomes;
    });
  }

  delete(ids: readonly string[], guard?: EntryGuard): Promise<(boolean | EntryDenied)[]> {
    return this.#transactions.write(async (tx, record) => {
      const denied = await deniedOf(tx, ids, guard);
      const allowed = ids.filter((id) => !denied.has(id));
      const existed = (await deleteEntries(tx, allowed, record)).values();
      return ids.map((id) => denied.get(id) ?? existed.next().value!);
    });
  }

  prune(now: Date): Promise<RegistrationEntry[]> {
    return this.#transactions.write(async (tx, record) => {
      const expired = await findExpiredEntries(tx, now);
      const ids = expired.map(({ id }) => id);
      await deleteEntries(tx, ids, record);
      return expired;
    });
  }

  async all(): Promise<RegistrationEntry[]> {
    const all: RegistrationEntry[] = [];
    for await (const page of this.pages()) for (const entry of page) all.push(entry);
    return all;
  }

  async *pages(): AsyncGenerator<RegistrationEntry[]> {
    const read = (after: number): Promise<RegistrationEntry[]> =>
      this.#transactions.read((db, { jsonList }) => readEntryPage(db, jsonList, after), fromRow);
    let next = read(0);
    for (;;) {
      const page = await next;
      const last = page.at(-1);
      if (last === undefined) return;
      // The database reads the next one while this one is looked at.
      next = read(last.order);
      next.catch(() => undefined); // whoever goes on to it has the failure
      yield page;
    }
  }

  /** Those of these IDs. */
  async some(ids: readonly string[]): Promise<RegistrationEntry[]> {
    const found: RegistrationEntry[] = [];
    for (const chunk of inChunks(ids)) {
      const rows = await this.#transactions.read(
        (db) => db<EntryRow>('entries').whereIn('id', chunk).orderBy('row'),
        fromRow,
      );
      found.push(...rows);
    }
    return found;
  }
}

async function updateEntry(
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

async function deniedOf(
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
