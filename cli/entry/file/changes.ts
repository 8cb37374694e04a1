import type { Bundle__Output } from '@vouchsafe/proto/gen/spire/api/types/Bundle';
import type { Connection } from '../../connect.ts';
import { collectPages } from '../../pages.ts';
import { fetchRegistered } from '../registered.ts';
import { compareEntries } from './compare.ts';
import type { EntryChanges } from './compare.ts';
import { compareBundles } from './compare-bundles.ts';
import type { BundleChanges } from './compare-bundles.ts';
import { formOf } from './entry-form.ts';
import type { Wanted } from './read.ts';

const PAGE_SIZE = 100;

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
  const bundles = wanted.bundles.length === 0 ? [] : await fetchBundles(connection);
  const fetched = wanted.bundles.length === 0 ? [] : await fetchRelationships(connection);
  return {
    bundles: compareBundles(wanted.bundles, { bundles, fetched: new Set(fetched) }),
    entries: compareEntries(known, wanted, prune),
  };
}

/** The bundles of other trust domains. @throws CliError */
export function fetchBundles(connection: Connection): Promise<Bundle__Output[]> {
  return collectPages(async (pageToken) => {
    const request = { page_size: PAGE_SIZE, page_token: pageToken };
    const response = await connection.unary('bundle', 'ListFederatedBundles', request);
    return { items: response.bundles, nextPageToken: response.next_page_token };
  });
}

function fetchRelationships(connection: Connection): Promise<string[]> {
  return collectPages(async (pageToken) => {
    const request = { page_size: PAGE_SIZE, page_token: pageToken };
    const answer = await connection.unary('trustDomain', 'ListFederationRelationships', request);
    const items = answer.federation_relationships.map(({ trust_domain }) => trust_domain);
    return { items, nextPageToken: answer.next_page_token };
  });
}

export function isNothing({ bundles, entries }: Changes): boolean {
  const { creations, updates, deletions } = entries;
  return bundles.changes.length + creations.length + updates.length + deletions.length === 0;
}
