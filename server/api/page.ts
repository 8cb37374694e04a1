import { invalidArgument } from '../../runtime/rpc/status.ts';

interface Ordered {
  readonly order: number;
}

export interface Page<T> {
  readonly items: T[];
  /** Not empty whenever the page was limited and held something: one more, empty page then ends the list. */
  readonly nextPageToken: string;
}

/** One page of what passes `filter`, after the one that `page_token` ended; all of it when no size is asked for. */
export function pageOf<T extends Ordered>(
  all: Iterable<T>,
  request: { readonly page_size: number; readonly page_token: string },
  filter: (item: T) => boolean,
): Page<T> {
  const limit = request.page_size > 0 ? request.page_size : Infinity;
  const after = request.page_size > 0 ? decodeToken(request.page_token) : 0;
  const items: T[] = [];
  for (const item of all) {
    if (items.length >= limit) break;
    if (item.order > after && filter(item)) items.push(item);
  }
  const last = items.at(-1);
  return { items, nextPageToken: limit === Infinity || last === undefined ? '' : `${last.order}` };
}

interface Named {
  readonly trustDomain: { readonly name: string };
}

/** One page of what trust domains have one of each, by their names; all of it when no size is asked for. */
export function namedPageOf<T extends Named>(
  all: readonly T[],
  request: { readonly page_size: number; readonly page_token: string },
): Page<T> {
  const isPaged = request.page_size > 0;
  const after = isPaged ? request.page_token : '';
  const rest = all
    .filter(({ trustDomain: { name } }) => name > after)
    .sort((a, b) => (a.trustDomain.name < b.trustDomain.name ? -1 : 1));
  const items = isPaged ? rest.slice(0, request.page_size) : rest;
  return { items, nextPageToken: isPaged ? (items.at(-1)?.trustDomain.name ?? '') : '' };
}

function decodeToken(token: string): number {
  if (token === '') return 0;
  if (!/^\d{1,15}$/.test(token))
    throw invalidArgument(`could not parse token '${token.slice(0, 64)}'`);
  return Number(token);
}
