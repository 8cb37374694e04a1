import type { EntryMask__Output } from '@vouchsafe/proto/gen/spire/api/types/EntryMask';
import type { SyncAuthorizedEntriesRequest__Output } from '@vouchsafe/proto/gen/spire/api/server/entry/v1/SyncAuthorizedEntriesRequest';
import type { SyncAuthorizedEntriesResponse } from '@vouchsafe/proto/gen/spire/api/server/entry/v1/SyncAuthorizedEntriesResponse';
import type { ServiceHandlers } from '@vouchsafe/proto/services';
import type { Implementation } from '../../runtime/rpc/adapter.ts';
import { invalidArgument } from '../../runtime/rpc/status.ts';
import type { RegistrationEntry } from '../registration/entry.ts';
import { encodeEntry } from './messages/entry.ts';
import { encodeTime } from './messages/time.ts';
import type { ServerCall } from './server-call.ts';

/** Up to this many entries an agent gets all in full; beyond it their revisions, and in full what it then asks for. */
const PAGE_SIZE = 500;

type Sync = Implementation<ServiceHandlers<'entry'>, ServerCall>['SyncAuthorizedEntries'];

export function syncAuthorizedEntries(
  authorizedTo: (call: ServerCall) => readonly RegistrationEntry[],
): Sync {
  return async function* (requests, call) {
    const messages = requests[Symbol.asyncIterator]();
    const first = await messages.next();
    if (first.done === true) return;
    const mask = checkFirst(first.value);
    const entries = authorizedTo(call);
    if (entries.length <= PAGE_SIZE) {
      yield { entries: entries.map((entry) => encodeEntry(entry, mask)) };
      return;
    }
    yield* revisionPages(entries);
    const byId = new Map(entries.map((entry) => [entry.id, entry]));
    for (;;) {
      const next = await messages.next();
      if (next.done === true) return;
      // Those that are not among the agent's are passed over: they may have gone since it was told of them.
      const wanted = next.value.ids
        .map((id) => byId.get(id))
        .filter((entry) => entry !== undefined);
      yield* entryPages(wanted, mask);
    }
  };
}

function checkFirst({
  ids,
  output_mask: mask,
}: SyncAuthorizedEntriesRequest__Output): EntryMask__Output | null {
  if (ids.length > 0) {
    throw invalidArgument('specifying IDs on initial request is not supported');
  }
  if (mask !== null && !mask.revision_number) {
    throw invalidArgument('revision number cannot be masked');
  }
  return mask;
}

function* revisionPages(
  entries: readonly RegistrationEntry[],
): Generator<SyncAuthorizedEntriesResponse> {
  for (const { items, more } of pages(entries)) {
    const entry_revisions = items.map((entry) => ({
      id: entry.id,
      revision_number: String(entry.revisionNumber),
      created_at: encodeTime(entry.createdAt),
    }));
    yield { entry_revisions, more };
  }
}

function* entryPages(
  entries: readonly RegistrationEntry[],
  mask: EntryMask__Output | null,
): Generator<SyncAuthorizedEntriesResponse> {
  for (const { items, more } of pages(entries)) {
    yield { entries: items.map((entry) => encodeEntry(entry, mask)), more };
  }
}

/** At least one page, which may be empty: the client waits for one that says it is the last. */
function* pages<T>(items: readonly T[]): Generator<{ items: readonly T[]; more: boolean }> {
  let start = 0;
  do {
    const end = start + PAGE_SIZE;
    yield { items: items.slice(start, end), more: end < items.length };
    start = end;
  } while (start < items.length);
}
