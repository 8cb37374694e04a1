import { FIELDS, identityOf } from './entry-form.ts';
import type { EntryField, EntryForm } from './entry-form.ts';
import type { Wanted } from './read.ts';
import { outsideOf } from './scope.ts';

/** An entry as the server has it. */
export interface Known {
  readonly form: EntryForm;
  /** Differs after every update. */
  readonly revision: string;
}

export interface FieldChange {
  readonly field: Exclude<EntryField, 'id'>;
  readonly from: EntryForm[EntryField];
  readonly to: EntryForm[EntryField];
}

export interface EntryUpdate {
  readonly known: Known;
  readonly form: EntryForm;
  readonly changes: readonly FieldChange[];
}

/** What makes the entries of a server those of a file. */
export interface EntryChanges {
  readonly creations: readonly EntryForm[];
  readonly updates: readonly EntryUpdate[];
  readonly deletions: readonly Known[];
  /** How many are as the file says. */
  readonly unchanged: number;
  /** How many the file lacks and are left alone. */
  readonly others: number;
}

/**
 * An entry of the file is the one of the server with its ID; without an ID, the one with its SPIFFE ID, parent and
 * selectors.
 */
export function compareEntries(
  known: readonly Known[],
  { entries, scope }: Pick<Wanted, 'entries' | 'scope'>,
  prune: boolean,
): EntryChanges {
  const byId = new Map(known.map((one) => [one.form.id, one]));
  const byIdentity = new Map(known.map((one) => [identityOf(one.form), one]));
  const creations: EntryForm[] = [];
  const updates: EntryUpdate[] = [];
  const named = new Set<Known>();
  for (const form of entries) {
    const one = form.id === '' ? byIdentity.get(identityOf(form)) : byId.get(form.id);
    if (one === undefined) {
      creations.push(form);
      continue;
    }
    named.add(one);
    const changes = changesOf(one.form, form);
    if (changes.length > 0) updates.push({ known: one, form, changes });
  }
  const rest = known.filter((one) => !named.has(one) && !isOfToken(one.form));
  const deletions = prune ? rest.filter(({ form }) => outsideOf(scope, form) === undefined) : [];
  return {
    ...{ creations, updates, deletions },
    unchanged: named.size - updates.length,
    others: rest.length - deletions.length,
  };
}

function changesOf(before: EntryForm, after: EntryForm): FieldChange[] {
  return FIELDS.flatMap((field) => {
    const [from, to] = [before[field], after[field]];
    return JSON.stringify(from) === JSON.stringify(to) ? [] : [{ field, from, to }];
  });
}

/** The alias that a join token gave its agent: it comes and goes with the agent, and is in no file. */
export const isOfToken = ({ parent_id, selectors }: EntryForm): boolean =>
  /^spiffe:\/\/[^/]+\/spire\/agent\/join_token\//.test(parent_id) &&
  selectors.length === 1 &&
  selectors[0] === `spiffe_id:${parent_id}`;
