import type { Knex } from 'knex';
import type { Change, LoggedChange } from '../datastore.ts';
import { inChunks } from './columns.ts';

/** Whoever is further behind reads everything again. */
const KEPT = 100_000;

interface ChangeRow {
  readonly revision: number;
  readonly kind: Change['kind'];
  readonly id: string;
}

export async function readRevision(db: Knex): Promise<number> {
  const row = await db<{ value: number }>('revision').first('value');
  return row?.value ?? 0;
}

/**
 * Gives each change the next revision number and writes them to the log; returns the last one. Transactions that write
 * exclude each other until they have ended, so the numbers are without gaps and visible in their order: who has read up
 * to one has missed nothing before it.
 */
export async function logChanges(
  tx: Knex.Transaction,
  changes: readonly Change[],
): Promise<number> {
  const [row] = await tx('revision')
    .increment('value', changes.length)
    .returning<{ value: number }[]>('value');
  const last = row!.value;
  const first = last - changes.length + 1;
  const rows = changes.map((change, index): ChangeRow => ({
    revision: first + index,
    kind: change.kind,
    id: idOf(change),
  }));
  for (const chunk of inChunks(rows)) await tx('changes').insert(chunk);
  // Not at every change: a thousand of them are gone in one statement.
  if (Math.floor(last / 1000) !== Math.floor((first - 1) / 1000)) {
    await tx('changes')
      .where('revision', '<=', last - KEPT)
      .delete();
  }
  return last;
}

/** What changed after `revision`, oldest first; undefined when the log does not reach back so far. */
export async function readLog(
  db: Knex,
  revision: number,
  limit: number,
): Promise<LoggedChange[] | undefined> {
  // In this order: what was committed by then is among the rows, if the log still has it.
  const newest = await readRevision(db);
  if (newest <= revision) return [];
  const rows = await db<ChangeRow>('changes')
    .where('revision', '>', revision)
    .orderBy('revision')
    .limit(limit)
    .select('revision', 'kind', 'id');
  return rows[0]?.revision === revision + 1 ? rows : undefined;
}

function idOf(change: Change): string {
  return change.kind === 'bundle' ? change.trustDomain.name : change.id.toString();
}
