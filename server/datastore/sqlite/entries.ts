import { randomUUID } from 'node:crypto';
import { Selector } from '@vouchsafe/pki/selector';
import { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import { TrustDomain } from '@vouchsafe/pki/trust-domain';
import type { Knex } from 'knex';
import type { AdditionalAttributes, RegistrationEntry } from '../../registration/entry.ts';
import type {
  CreateEntryOutcome,
  EntryCheck,
  EntryStore,
  EntryUpdate,
  NewEntry,
  UpdateEntryOutcome,
} from '../datastore.ts';
import {
  fromList,
  fromOptionalSeconds,
  fromSeconds,
  toList,
  toOptionalSeconds,
  toSeconds,
} from './columns.ts';
import type { Record, Transactions } from './transactions.ts';

interface EntryRow {
  readonly row: number;
  readonly id: string;
  readonly spiffe_id: string;
  readonly parent_id: string;
  readonly selectors: string;
  readonly x509_svid_ttl: number;
  readonly jwt_svid_ttl: number;
  readonly federates_with: string;
  readonly admin: number | boolean;
  readonly downstream: number | boolean;
  readonly expires_at: number | null;
  readonly dns_names: string;
  readonly store_svid: number | boolean;
  readonly hint: string;
  readonly additional_attributes: string | null;
  readonly revision_number: number;
  readonly created_at: number;
}

export class SqliteEntries implements EntryStore {
  readonly #transactions: Transactions;

  constructor(transactions: Transactions) {
    this.#transactions = transactions;
  }

  create(entries: readonly NewEntry[], now: Date): Promise<CreateEntryOutcome[]> {
    return this.#transactions.write(async (tx, record) => {
      const outcomes: CreateEntryOutcome[] = [];
      for (const entry of entries) outcomes.push(await createEntry(tx, { ...entry, now }, record));
      return outcomes;
    });
  }

  update(updates: readonly EntryUpdate[], check: EntryCheck): Promise<UpdateEntryOutcome[]> {
    return this.#transactions.write(async (tx, record) => {
      const outcomes: UpdateEntryOutcome[] = [];
      for (const update of updates) {
        const outcome = await updateEntry(tx, update, check);
        if (outcome.kind === 'updated') {
          record({ kind: 'entry', id: update.id, entry: outcome.entry });
        }
        outcomes.push(outcome);
      }
      return outcomes;
    });
  }

  delete(ids: readonly string[]): Promise<boolean[]> {
    return this.#transactions.write(async (tx, record) => {
      const existed: boolean[] = [];
      for (const id of ids) existed.push(await deleteEntry(tx, id, record));
      return existed;
    });
  }

  all(): Promise<RegistrationEntry[]> {
    return this.#transactions.read((db) => db<EntryRow>('entries').orderBy('row'), fromRow);
  }
}

/** Inserts one entry within a transaction, unless one like it exists. */
export async function createEntry(
  tx: Knex.Transaction,
  entry: NewEntry & { readonly now: Date },
  record: Record,
): Promise<CreateEntryOutcome> {
  const row = toRow({
    ...entry,
    id: entry.id ?? randomUUID(),
    revisionNumber: 0,
    createdAt: entry.now,
  });
  const { parent_id, spiffe_id, selectors } = row;
  const similar = await tx<EntryRow>('entries').where({ parent_id, spiffe_id, selectors }).first();
  if (similar !== undefined) return { kind: 'similar', entry: fromRow(similar) };
  const taken =
    entry.id !== undefined && (await tx('entries').where({ id: entry.id }).first()) !== undefined;
  if (taken) return { kind: 'id_taken' };
  const missing = await missingBundle(tx, entry.federatesWith);
  if (missing !== undefined) return { kind: 'bundle_missing', trustDomain: missing };
  const [inserted] = await tx('entries').insert(row).returning<{ row: number }[]>('row');
  const created = fromRow({ ...row, row: inserted!.row });
  record({ kind: 'entry', id: created.id, entry: created });
  return { kind: 'created', entry: created };
}

async function updateEntry(
  tx: Knex.Transaction,
  { id, changes }: EntryUpdate,
  check: EntryCheck,
): Promise<UpdateEntryOutcome> {
  const stored = await tx<EntryRow>('entries').where({ id }).first();
  if (stored === undefined) return { kind: 'not_found' };
  const entry = fromRow(stored);
  const changed = { ...entry, ...changes, revisionNumber: entry.revisionNumber + 1 };
  const problem = check(changed);
  if (problem !== undefined) return { kind: 'invalid', problem };
  const columns = toRow(changed);
  const { parent_id, spiffe_id, selectors } = columns;
  const similar = await tx<EntryRow>('entries')
    .where({ parent_id, spiffe_id, selectors })
    .whereNot({ id })
    .first();
  if (similar !== undefined) return { kind: 'similar', entry: fromRow(similar) };
  const missing = await missingBundle(tx, changed.federatesWith);
  if (missing !== undefined) return { kind: 'bundle_missing', trustDomain: missing };
  await tx('entries').where({ id }).update(columns);
  return { kind: 'updated', entry: fromRow({ ...columns, row: stored.row }) };
}

/** The first of these trust domains whose bundle is not stored. */
async function missingBundle(
  tx: Knex.Transaction,
  federatesWith: readonly TrustDomain[],
): Promise<TrustDomain | undefined> {
  for (const trustDomain of federatesWith) {
    const bundle = await tx<{ trust_domain: string }>('bundles')
      .where({ trust_domain: trustDomain.name })
      .first('trust_domain');
    if (bundle === undefined) return trustDomain;
  }
  return undefined;
}

export async function entriesFederatingWith(
  tx: Knex.Transaction,
  { name }: TrustDomain,
): Promise<RegistrationEntry[]> {
  const rows = await tx<EntryRow>('entries')
    .whereRaw('exists (select 1 from json_each(federates_with) where value = ?)', [name])
    .orderBy('row');
  return rows.map(fromRow);
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

export async function deleteEntry(
  tx: Knex.Transaction,
  id: string,
  record: Record,
): Promise<boolean> {
  const deleted = await tx('entries').where({ id }).delete();
  if (deleted > 0) record({ kind: 'entry', id, entry: undefined });
  return deleted > 0;
}

function toRow(entry: Omit<RegistrationEntry, 'order'>): Omit<EntryRow, 'row'> {
  return {
    id: entry.id,
    spiffe_id: entry.spiffeId.toString(),
    parent_id: entry.parentId.toString(),
    selectors: JSON.stringify([...new Set(entry.selectors.map(String))].sort()),
    x509_svid_ttl: entry.x509SvidTtlSeconds,
    jwt_svid_ttl: entry.jwtSvidTtlSeconds,
    federates_with: toList(entry.federatesWith),
    admin: entry.admin,
    downstream: entry.downstream,
    expires_at: toOptionalSeconds(entry.expiresAt),
    dns_names: toList(entry.dnsNames),
    store_svid: entry.storeSvid,
    hint: entry.hint,
    additional_attributes:
      entry.additionalAttributes === undefined ? null : JSON.stringify(entry.additionalAttributes),
    revision_number: entry.revisionNumber,
    created_at: toSeconds(entry.createdAt),
  };
}

function fromRow(row: EntryRow): RegistrationEntry {
  return {
    id: row.id,
    order: row.row,
    spiffeId: SpiffeId.parse(row.spiffe_id),
    parentId: SpiffeId.parse(row.parent_id),
    selectors: fromList(row.selectors, (text) => Selector.parse(text)),
    x509SvidTtlSeconds: row.x509_svid_ttl,
    jwtSvidTtlSeconds: row.jwt_svid_ttl,
    federatesWith: fromList(row.federates_with, (name) => TrustDomain.of(name)),
    admin: Boolean(row.admin),
    downstream: Boolean(row.downstream),
    expiresAt: fromOptionalSeconds(row.expires_at),
    dnsNames: fromList(row.dns_names, String),
    storeSvid: Boolean(row.store_svid),
    hint: row.hint,
    additionalAttributes:
      row.additional_attributes === null
        ? undefined
        : (JSON.parse(row.additional_attributes) as AdditionalAttributes),
    revisionNumber: row.revision_number,
    createdAt: fromSeconds(row.created_at),
  };
}
