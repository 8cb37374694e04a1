import type { TrustDomain } from '@vouchsafe/pki/trust-domain';
import type { ServiceHandlers } from '@vouchsafe/proto/services';
import type { Implementation } from '../../runtime/rpc/adapter.ts';
import { invalidArgument } from '../../runtime/rpc/status.ts';
import type { EntryStore, EntryUpdate } from '../datastore/datastore.ts';
import { entryProblem, isEntryId } from '../registration/entry-rules.ts';
import { entryAudit } from './entry-audit.ts';
import { judgeUpdate, updateOfNone } from './entry-verdicts.ts';
import { decodeChanges, encodeEntry, maskedFields } from './messages/entry.ts';
import { encodeFailure, OK } from './messages/status.ts';
import type { ServerCall } from './server-call.ts';

interface Deps {
  readonly trustDomain: TrustDomain;
  readonly entries: EntryStore;
}

type BatchUpdateEntry = Implementation<ServiceHandlers<'entry'>, ServerCall>['BatchUpdateEntry'];

/** Replaces the fields that the input mask names, of each entry that can have them, and tells of the others why not. */
export function batchUpdateEntry({ trustDomain, entries }: Deps): BatchUpdateEntry {
  return async (request, call) => {
    const fields = maskedFields(request.input_mask);
    const decoded = request.entries.map((message): EntryUpdate | Error => {
      try {
        const { id } = message;
        const changes = decodeChanges(message, fields, trustDomain);
        return isEntryId(id) ? { id, changes } : updateOfNone();
      } catch (error) {
        return invalidArgument('failed to convert entry', error);
      }
    });
    const valid = decoded.filter((update): update is EntryUpdate => !(update instanceof Error));
    const outcomes =
      valid.length === 0
        ? []
        : await entries.update(valid, entryProblem, call.restriction?.entryProblem);
    const next = outcomes.values();
    const results = decoded.map((update, at) => {
      const { entry, failure } = judgeUpdate(update instanceof Error ? update : next.next().value!);
      const asked = update instanceof Error ? {} : update.changes;
      call.audit.addItem({
        ...entryAudit(entry ?? asked),
        entry_id: request.entries[at]!.id,
        changed: fields,
        revision_number: entry?.revisionNumber,
        error: failure,
      });
      return {
        status: failure === undefined ? OK : encodeFailure(failure),
        entry: entry === undefined ? null : encodeEntry(entry, request.output_mask),
      };
    });
    return { results };
  };
}
