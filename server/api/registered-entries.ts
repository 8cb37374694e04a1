import type { ListEntriesRequest__Output } from '@vouchsafe/proto/gen/vouchsafe/server/entry/v1/ListEntriesRequest';
import type { Attributes } from '@vouchsafe/proto/gen/vouchsafe/server/entry/v1/Attributes';
import type { ServiceHandlers } from '@vouchsafe/proto/services';
import type { Implementation } from '../../runtime/rpc/adapter.ts';
import { NO_ATTRIBUTES, encodeAttributes } from '../../runtime/entry-attributes.ts';
import type { RegistrationEntry } from '../registration/entry.ts';
import type { EntryIndex } from '../registration/entry-index.ts';
import { authorizedAmong } from './authorized-among.ts';
import { applyEntries } from './apply-entries.ts';
import type { EntryServiceDeps } from './entry.ts';
import { entryFilter } from './entry-filter.ts';
import { encodeRegistered } from './messages/registered-entry.ts';
import { pageOf } from './page.ts';
import type { ServerCall } from './server-call.ts';

export type RegisteredEntryService = Implementation<ServiceHandlers<'serverEntry'>, ServerCall>;

/** `vouchsafe.server.entry.v1.Entry`. */
export function registeredEntryService(deps: EntryServiceDeps): RegisteredEntryService {
  const { registry, trustDomain } = deps;
  return {
    ListEntries(request) {
      const passes = entryFilter(request.filter, trustDomain);
      const has = attributesFilter(request.by_attributes);
      const { items, nextPageToken } = pageOf(
        request.ids.length === 0 ? registry.entries.all() : these(request.ids, registry.entries),
        request,
        (entry) => has(entry) && passes(entry),
      );
      return {
        entries: items.map((entry) => encodeRegistered(entry)),
        next_page_token: nextPageToken,
      };
    },

    ApplyEntries: applyEntries(deps),

    GetAuthorizedAttributes: ({ ids }, call) => ({
      attributes: attributesById(authorizedAmong(ids, deps, call)),
    }),
  };
}

/** In the order of their creation, as all are. */
const these = (ids: readonly string[], index: Pick<EntryIndex, 'find'>): RegistrationEntry[] =>
  [...new Set(ids)]
    .map((id) => index.find(id))
    .filter((entry) => entry !== undefined)
    .sort((a, b) => a.order - b.order);

/** Those of them that have any. */
export function attributesById(entries: readonly RegistrationEntry[]): Record<string, Attributes> {
  return Object.fromEntries(
    entries.flatMap(({ id, attributes }) =>
      attributes === undefined ? [] : [[id, encodeAttributes(attributes)]],
    ),
  );
}

function attributesFilter(
  wanted: ListEntriesRequest__Output['by_attributes'],
): (entry: RegistrationEntry) => boolean {
  if (wanted === null) return () => true;
  const labels = Object.entries(wanted.labels);
  return ({ attributes = NO_ATTRIBUTES }) =>
    (wanted.owner === '' || attributes.owner === wanted.owner) &&
    (wanted.environment === '' || attributes.environment === wanted.environment) &&
    labels.every(
      ([key, value]) => Object.hasOwn(attributes.labels, key) && attributes.labels[key] === value,
    );
}
