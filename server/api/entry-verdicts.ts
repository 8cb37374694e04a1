import {
  aborted,
  alreadyExists,
  invalidArgument,
  notFound,
  permissionDenied,
} from '../../runtime/rpc/status.ts';
import type {
  CreateEntryOutcome,
  DeleteEntryOutcome,
  EntryChanged,
  EntryDenied,
  UpdateEntryOutcome,
} from '../datastore/datastore.ts';
import type { RegistrationEntry } from '../registration/entry.ts';
import { bundleMissing } from './bundle-missing.ts';

/** What became of an entry, as a client is told of it. */
export interface Verdict {
  readonly failure?: Error;
  /** The entry as it is now; for a refusal the one that stands in the way. */
  readonly entry?: RegistrationEntry;
}

export function judgeCreation(outcome: CreateEntryOutcome | Error): Verdict {
  if (outcome instanceof Error) return { failure: outcome };
  switch (outcome.kind) {
    case 'created':
      return { entry: outcome.entry };
    case 'similar':
      return { failure: alreadyExists('similar entry already exists'), entry: outcome.entry };
    case 'id_taken':
      return { failure: alreadyExists('failed to create entry: entry ID is taken') };
    case 'bundle_missing':
      return { failure: invalidArgument(`failed to create entry: ${bundleMissing(outcome)}`) };
  }
}

export function judgeUpdate(outcome: UpdateEntryOutcome | EntryChanged | Error): Verdict {
  if (outcome instanceof Error) return { failure: outcome };
  switch (outcome.kind) {
    case 'updated':
      return { entry: outcome.entry };
    case 'not_found':
      return { failure: updateOfNone() };
    case 'changed':
      return { failure: changedSince('update', outcome) };
    case 'invalid':
      return { failure: invalidArgument(`failed to update entry: ${outcome.problem}`) };
    case 'similar':
      return { failure: alreadyExists(`failed to update entry: ${similarTo(outcome.entry)}`) };
    case 'denied':
      return { failure: permissionDenied(`failed to update entry: ${outcome.problem}`) };
    case 'bundle_missing':
      return { failure: invalidArgument(`failed to update entry: ${bundleMissing(outcome)}`) };
  }
}

export const updateOfNone = (): Error => notFound('failed to update entry');

/** Which one it is has to be in the text: a refused update has no entry in its result. */
const similarTo = ({ id }: RegistrationEntry): string =>
  `similar entry already exists (entry ID ${id})`;

export function judgeDeletion(outcome: DeleteEntryOutcome | EntryDenied): Error | undefined {
  switch (outcome.kind) {
    case 'deleted':
      return undefined;
    case 'not_found':
      return deletionOfNone();
    case 'changed':
      return changedSince('delete', outcome);
    case 'denied':
      return permissionDenied(`failed to delete entry: ${outcome.problem}`);
  }
}

export const deletionOfNone = (): Error => notFound('entry not found');

const changedSince = (verb: string, { entry }: EntryChanged): Error =>
  aborted(`failed to ${verb} entry: it has changed since, to revision ${entry.revisionNumber}`);
