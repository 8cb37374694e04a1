import type { Knex } from 'knex';
import type {
  Change,
  DeleteEntryOutcome,
  EntryChanged,
  EntryPlan,
  EntryStore,
  PlanOutcome,
  UpdateEntryOutcome,
} from '../datastore.ts';
import { writeBundle } from './bundles.ts';
import { deleteEntries, updateEntry } from './change-entries.ts';
import { createEntries } from './create-entries.ts';
import { fromRow } from './entry-row.ts';
import type { EntryRow } from './entry-row.ts';
import type { Record } from './transactions.ts';

export type PlanOptions = Parameters<EntryStore['apply']>[1];

/** Makes the database forget what a plan that is not carried out has done to it. */
class Undone extends Error {
  readonly outcome: PlanOutcome;

  constructor(outcome: PlanOutcome) {
    super('nothing of it is done');
    this.outcome = outcome;
  }
}

/** Carries out all of a plan within a transaction, or nothing; what else is in the transaction stays as it is. */
export async function applyPlan(
  tx: Knex.Transaction,
  given: { readonly plan: EntryPlan; readonly options: PlanOptions },
  record: Record,
): Promise<PlanOutcome> {
  const changes: Change[] = [];
  try {
    const outcome = await tx.transaction(async (savepoint) => {
      const done = await carryOut(savepoint, given, (change) => changes.push(change));
      if (!done.applied) throw new Undone(done);
      return done;
    });
    changes.forEach(record);
    return outcome;
  } catch (error) {
    if (error instanceof Undone) return error.outcome;
    throw error;
  }
}

async function carryOut(
  tx: Knex.Transaction,
  { plan, options }: { readonly plan: EntryPlan; readonly options: PlanOptions },
  record: Record,
): Promise<PlanOutcome> {
  const { now, rehearsal } = options;
  for (const bundle of plan.bundles) {
    await writeBundle(tx, { trustDomain: bundle.trustDomain, change: () => bundle }, record);
  }
  const deleted: DeleteEntryOutcome[] = [];
  for (const deletion of plan.deletions) {
    deleted.push(await deleteOne(tx, { deletion, options }, record));
  }
  const updated: (UpdateEntryOutcome | EntryChanged)[] = [];
  for (const update of plan.updates) {
    updated.push(await updateOne(tx, { update, options }, record));
  }
  const created = await createEntries(tx, { entries: plan.creations, now }, record);
  const isPossible =
    deleted.every(({ kind }) => kind === 'deleted') &&
    updated.every(({ kind }) => kind === 'updated') &&
    created.every(({ kind }) => kind === 'created');
  return { applied: isPossible && !rehearsal, deleted, updated, created };
}

async function deleteOne(
  tx: Knex.Transaction,
  given: { readonly deletion: EntryPlan['deletions'][number]; readonly options: PlanOptions },
  record: Record,
): Promise<DeleteEntryOutcome> {
  const { deletion, options } = given;
  const { id, revisionNumber } = deletion;
  const row = await tx<EntryRow>('entries').where({ id }).first();
  if (row === undefined) return { kind: 'not_found' };
  const entry = fromRow(row);
  const problem = options.guard?.(entry);
  if (problem !== undefined) return { kind: 'denied', problem };
  if (entry.revisionNumber !== (revisionNumber ?? entry.revisionNumber)) {
    return { kind: 'changed', entry };
  }
  await deleteEntries(tx, [id], record);
  return { kind: 'deleted' };
}

async function updateOne(
  tx: Knex.Transaction,
  given: { readonly update: EntryPlan['updates'][number]; readonly options: PlanOptions },
  record: Record,
): Promise<UpdateEntryOutcome | EntryChanged> {
  const { update, options } = given;
  const { id, revisionNumber } = update;
  const row = await tx<EntryRow>('entries').where({ id }).first();
  if (row !== undefined && row.revision_number !== (revisionNumber ?? row.revision_number)) {
    return { kind: 'changed', entry: fromRow(row) };
  }
  const outcome = await updateEntry(tx, update, { check: options.check, guard: options.guard });
  if (outcome.kind === 'updated') record({ kind: 'entry', id, entry: outcome.entry });
  return outcome;
}
