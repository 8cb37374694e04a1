import type { RegistrationEntry } from '../../registration/entry.ts';
import type {
  CreateEntryOutcome,
  EntryCheck,
  EntryDenied,
  EntryGuard,
  EntryPlan,
  EntryStore,
  EntryUpdate,
  NewEntry,
  PlanOutcome,
  UpdateEntryOutcome,
} from '../datastore.ts';
import { applyPlan } from './apply-plan.ts';
import type { PlanOptions } from './apply-plan.ts';
import { inChunks } from './columns.ts';
import { deleteEntries, deniedOf, updateEntry } from './change-entries.ts';
import { createEntries } from './create-entries.ts';
import { fromRow } from './entry-row.ts';
import type { EntryRow } from './entry-row.ts';
import { readEntryPage } from './entry-page.ts';
import { findExpiredEntries } from './prune.ts';
import type { Transactions } from './transactions.ts';

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

  apply(plan: EntryPlan, options: PlanOptions): Promise<PlanOutcome> {
    return this.#transactions.write((tx, record) => applyPlan(tx, { plan, options }, record));
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
