export interface FetchedPage<T> {
  readonly items: readonly T[];
  /** Empty after the last page. */
  readonly nextPageToken: string;
}

/** All items of a list that the server gives out in pages. */
export async function collectPages<T>(
  fetchPage: (pageToken: string) => Promise<FetchedPage<T>>,
): Promise<T[]> {
  const all: T[] = [];
  let pageToken = '';
  for (;;) {
    const { items, nextPageToken } = await fetchPage(pageToken);
    for (const item of items) all.push(item);
    // A server that answers with the same token again would keep us here for ever.
    if (nextPageToken === '' || nextPageToken === pageToken) return all;
    pageToken = nextPageToken;
  }
}
