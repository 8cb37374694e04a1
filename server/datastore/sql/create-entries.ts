import { randomUUID } from 'node:crypto';
import type { TrustDomain } from '@vouchsafe/pki/trust-domain';
import type { Knex } from 'knex';
import { mapInTurns } from '../../../runtime/slices.ts';
import type { EntrySpec } from '../../registration/entry.ts';
import type { CreateEntryOutcome, NewEntry } from '../datastore.ts';
import { inChunks } from './columns.ts';
import { fromRow, toRow } from './entry-row.ts';
import type { EntryRow } from './entry-row.ts';
import type { Record } from './transactions.ts';

interface Candidate {
  readonly row: Omit<EntryRow, 'row'>;
  readonly missing: TrustDomain | undefined;
}

/**
 * Inserts entries within a transaction, each unless one like it exists; with a few statements for however many there
 * are, and the outcomes that one after the other would have had.
 */
export async function createEntries(
  tx: Knex.Transaction,
  { entries, now }: { readonly entries: readonly NewEntry[]; readonly now: Date },
  record: Record,
): Promise<CreateEntryOutcome[]> {
  const missing = await missingBundles(tx, entries);
  const candidates = await mapInTurns(entries, (entry): Candidate => {
    const id = entry.id ?? randomUUID();
    return {
      row: toRow({ ...entry, id, revisionNumber: 0, createdAt: now }),
      missing: missing(entry),
    };
  });
  const inserted = await insert(tx, candidates);
  const refused = candidates.filter((candidate) => !inserted.has(candidate));
  const similar = await similarTo(tx, refused);
  // One that is refused is not like one that comes after it.
  const later = new Set([...inserted.keys()].map(({ row }) => row.fingerprint));
  return mapInTurns(candidates, (candidate): CreateEntryOutcome => {
    const { fingerprint } = candidate.row;
    const number = inserted.get(candidate);
    if (number === undefined) {
      return refusal(candidate, later.has(fingerprint) ? undefined : similar.get(fingerprint));
    }
    later.delete(fingerprint);
    const created = fromRow({ ...candidate.row, row: number });
    record({ kind: 'entry', id: created.id, entry: created });
    return { kind: 'created', entry: created };
  });
}

/** Finds the first trust domain an entry federates with whose bundle is not stored. */
export async function missingBundles(
  tx: Knex.Transaction,
  entries: readonly Pick<EntrySpec, 'federatesWith'>[],
): Promise<(entry: Pick<EntrySpec, 'federatesWith'>) => TrustDomain | undefined> {
  const wanted = new Set(entries.flatMap((entry) => entry.federatesWith.map(({ name }) => name)));
  const stored = new Set<string>();
  for (const names of inChunks([...wanted])) {
    const rows = await tx<{ trust_domain: string }>('bundles')
      .whereIn('trust_domain', names)
      .select('trust_domain');
    for (const row of rows) stored.add(row.trust_domain);
  }
  return ({ federatesWith }) => federatesWith.find(({ name }) => !stored.has(name));
}

/** Those that went in, with their place in the order of creation. */
async function insert(
  tx: Knex.Transaction,
  candidates: readonly Candidate[],
): Promise<ReadonlyMap<Candidate, number>> {
  const inserted = new Map<Candidate, number>();
  // Of two with one ID the first goes in.
  const byId = new Map<string, Candidate>();
  for (const candidate of candidates) {
    const { row, missing } = candidate;
    if (missing === undefined && !byId.has(row.id)) byId.set(row.id, candidate);
  }
  for (const chunk of inChunks([...byId.values()])) {
    const rows = await tx('entries')
      .insert(chunk.map(({ row }) => row))
      .onConflict()
      .ignore()
      .returning<{ row: number; id: string }[]>(['row', 'id']);
    for (const { row, id } of rows) inserted.set(byId.get(id)!, row);
  }
  return inserted;
}

async function similarTo(
  tx: Knex.Transaction,
  candidates: readonly Candidate[],
): Promise<ReadonlyMap<string, EntryRow>> {
  const similar = new Map<string, EntryRow>();
  const fingerprints = [...new Set(candidates.map(({ row }) => row.fingerprint))];
  for (const chunk of inChunks(fingerprints)) {
    const rows = await tx<EntryRow>('entries').whereIn('fingerprint', chunk);
    for (const row of rows) similar.set(row.fingerprint, row);
  }
  return similar;
}

function refusal({ missing }: Candidate, similar: EntryRow | undefined): CreateEntryOutcome {
  if (similar !== undefined) return { kind: 'similar', entry: fromRow(similar) };
  if (missing !== undefined) return { kind: 'bundle_missing', trustDomain: missing };
  return { kind: 'id_taken' };
}
