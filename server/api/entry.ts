import type { TrustDomain } from '@vouchsafe/pki/trust-domain';
import type { ServiceHandlers } from '@vouchsafe/proto/services';
import type { Clock } from '../../runtime/clock.ts';
import type { Implementation } from '../../runtime/rpc/adapter.ts';
import { invalidArgument, notFound, permissionDenied } from '../../runtime/rpc/status.ts';
import type {
  DeleteEntryOutcome,
  EntryDenied,
  EntryStore,
  NewEntry,
} from '../datastore/datastore.ts';
import { authorizedEntries } from '../registration/authorized-entries.ts';
import { isEntryId } from '../registration/entry-rules.ts';
import type { RegistrationEntry } from '../registration/entry.ts';
import type { Registry } from '../registry.ts';
import { batchUpdateEntry } from './batch-update-entry.ts';
import { entryAudit } from './entry-audit.ts';
import { entryFilter } from './entry-filter.ts';
import { judgeCreation, judgeDeletion } from './entry-verdicts.ts';
import { decodeEntry, encodeEntry } from './messages/entry.ts';
import { encodeFailure, OK } from './messages/status.ts';
import { pageOf } from './page.ts';
import { agentOf } from './server-call.ts';
import type { ServerCall } from './server-call.ts';
import { syncAuthorizedEntries } from './sync-authorized-entries.ts';

export interface EntryServiceDeps {
  readonly trustDomain: TrustDomain;
  readonly entries: EntryStore;
  readonly registry: Registry;
  readonly clock: Clock;
}

type EntryService = Implementation<ServiceHandlers<'entry'>, ServerCall>;

/** `spire.api.server.entry.v1.Entry`. */
export function entryService(deps: EntryServiceDeps): EntryService {
  return {
    ...reading(deps),
    BatchCreateEntry: batchCreateEntry(deps),
    BatchUpdateEntry: batchUpdateEntry(deps),
    BatchDeleteEntry: batchDeleteEntry(deps),
    GetAuthorizedEntries: ({ output_mask }, call) => ({
      entries: authorizedTo(deps, call).map((entry) => encodeEntry(entry, output_mask)),
    }),
    SyncAuthorizedEntries: syncAuthorizedEntries((call) => authorizedTo(deps, call)),
  };
}

function authorizedTo(
  { registry, clock }: EntryServiceDeps,
  call: ServerCall,
): RegistrationEntry[] {
  return authorizedEntries(registry.entries, agentOf(call), clock.now());
}

function reading({
  registry: { entries },
  trustDomain,
}: EntryServiceDeps): Pick<EntryService, 'CountEntries' | 'ListEntries' | 'GetEntry'> {
  return {
    CountEntries({ filter }) {
      const passes = entryFilter(filter, trustDomain);
      let count = 0;
      for (const entry of entries.all()) if (passes(entry)) count++;
      return { count };
    },
    ListEntries(request) {
      const passes = entryFilter(request.filter, trustDomain);
      const { items, nextPageToken } = pageOf(entries.all(), request, passes);
      return {
        entries: items.map((entry) => encodeEntry(entry, request.output_mask)),
        next_page_token: nextPageToken,
      };
    },
    GetEntry({ id, output_mask }) {
      if (id === '') throw invalidArgument('missing ID');
      const entry = entries.find(id);
      if (entry === undefined) throw notFound('entry not found');
      return encodeEntry(entry, output_mask);
    },
  };
}

function batchCreateEntry(deps: EntryServiceDeps): EntryService['BatchCreateEntry'] {
  const { trustDomain, entries, clock } = deps;
  return async (request, call) => {
    const asked = request.entries.map((message) => {
      try {
        return decodeEntry(message, trustDomain);
      } catch (error) {
        return invalidArgument('failed to convert entry', error);
      }
    });
    const admitted = asked.map((entry) => (entry instanceof Error ? entry : admit(entry, call)));
    const valid = admitted.filter((entry): entry is NewEntry => !(entry instanceof Error));
    const outcomes = valid.length === 0 ? [] : await entries.create(valid, clock.now());
    const next = outcomes.values();
    const results = admitted.map((entry, at) => {
      const outcome = entry instanceof Error ? entry : next.next().value!;
      const { failure, entry: stored } = judgeCreation(outcome);
      const given = asked[at]!;
      const fields = given instanceof Error ? {} : entryAudit(given);
      call.audit.addItem({ ...fields, entry_id: stored?.id, error: failure });
      return {
        status: failure === undefined ? OK : encodeFailure(failure),
        entry: stored === undefined ? null : encodeEntry(stored, request.output_mask),
      };
    });
    return { results };
  };
}

/** An entry that the caller may create, or why it may not. */
export function admit(entry: NewEntry, { restriction }: ServerCall): NewEntry | Error {
  const problem = restriction?.entryProblem(entry);
  return problem === undefined ? entry : permissionDenied(`failed to create entry: ${problem}`);
}

function batchDeleteEntry({ entries }: EntryServiceDeps): EntryService['BatchDeleteEntry'] {
  return async ({ ids }, call) => {
    const possible = ids.filter(isEntryId);
    const existed =
      possible.length === 0 ? [] : await entries.delete(possible, call.restriction?.entryProblem);
    const next = existed.values();
    const results = ids.map((id) => {
      const failure = deletionFailure(id, isEntryId(id) && next.next().value!);
      call.audit.addItem({ entry_id: id, error: failure });
      return { id, status: failure === undefined ? OK : encodeFailure(failure) };
    });
    return { results };
  };
}

function deletionFailure(id: string, existed: boolean | EntryDenied): Error | undefined {
  if (id === '') return invalidArgument('missing entry ID');
  const gone: DeleteEntryOutcome = existed === true ? { kind: 'deleted' } : { kind: 'not_found' };
  return judgeDeletion(typeof existed === 'boolean' ? gone : existed);
}
