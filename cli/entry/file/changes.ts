import { fetchFederatedBundles } from '../../bundle/fetch.ts';
import type { Connection } from '../../connect.ts';
import { fetchRelationships } from '../../federation/fetch.ts';
import { fetchRegistered } from '../registered.ts';
import { compareEntries } from './compare.ts';
import type { EntryChanges } from './compare.ts';
import { compareBundles } from './compare-bundles.ts';
import type { BundleChanges } from './compare-bundles.ts';
import { formOf } from './entry-form.ts';
import type { Wanted } from './read.ts';

/** What makes a server as a file says. */
export interface Changes {
  readonly bundles: BundleChanges;
  readonly entries: EntryChanges;
}

/** @throws CliError */
export async function findChanges(
  connection: Connection,
  wanted: Wanted,
  prune: boolean,
): Promise<Changes> {
  const registered = await fetchRegistered(connection, {});
  const known = registered.map(({ entry, attributes }) => ({
    form: formOf(entry, attributes),
    revision: entry.revision_number,
  }));
  // Who brings no bundles need not be allowed to see them.
  const bundles = wanted.bundles.length === 0 ? [] : await fetchFederatedBundles(connection);
  const fetched = wanted.bundles.length === 0 ? [] : await fetchRelationships(connection);
  return {
    bundles: compareBundles(wanted.bundles, {
      bundles,
      fetched: new Set(fetched.map(({ trust_domain }) => trust_domain)),
    }),
    entries: compareEntries(known, wanted, prune),
  };
}

export function isNothing({ bundles, entries }: Changes): boolean {
  const { creations, updates, deletions } = entries;
  return bundles.changes.length + creations.length + updates.length + deletions.length === 0;
}
