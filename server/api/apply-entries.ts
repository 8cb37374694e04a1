import type { TrustBundle } from '@vouchsafe/pki/bundle/trust-bundle';
import type { Deletion__Output } from '@vouchsafe/proto/gen/vouchsafe/server/entry/v1/Deletion';
import type { RegisteredEntry__Output } from '@vouchsafe/proto/gen/vouchsafe/server/entry/v1/RegisteredEntry';
import type { Update__Output } from '@vouchsafe/proto/gen/vouchsafe/server/entry/v1/Update';
import type { Bundle__Output } from '@vouchsafe/proto/gen/spire/api/types/Bundle';
import type { ServiceHandlers } from '@vouchsafe/proto/services';
import type { Implementation } from '../../runtime/rpc/adapter.ts';
import { mapInTurns } from '../../runtime/slices.ts';
import { aborted, invalidArgument, permissionDenied } from '../../runtime/rpc/status.ts';
import type { EntryPlan, NewEntry, PlanOutcome } from '../datastore/datastore.ts';
import { checkFields, entryProblem, isEntryId } from '../registration/entry-rules.ts';
import type { RegistrationEntry } from '../registration/entry.ts';
import { attempt } from './attempt.ts';
import { admit } from './entry.ts';
import type { EntryServiceDeps } from './entry.ts';
import { entryAudit } from './entry-audit.ts';
import {
  deletionOfNone,
  judgeCreation,
  judgeDeletion,
  judgeUpdate,
  updateOfNone,
} from './entry-verdicts.ts';
import type { Verdict } from './entry-verdicts.ts';
import { parseForeign } from './federated-bundles.ts';
import { decodeAttributes } from '../../runtime/entry-attributes.ts';
import { encodeRegistered } from './messages/registered-entry.ts';
import { decodeBundle } from './messages/bundle.ts';
import { decodeChanges, decodeEntry, maskedFields } from './messages/entry.ts';
import { encodeFailure, OK } from './messages/status.ts';
import { refusing } from './refusing.ts';
import type { ServerCall } from './server-call.ts';

type Items<T> = readonly (T | Error)[];

/** A request item by item, each as it is understood or why it cannot be carried out. */
interface Asked {
  readonly bundles: Items<TrustBundle>;
  readonly deletions: Items<EntryPlan['deletions'][number]>;
  readonly updates: Items<EntryPlan['updates'][number]>;
  readonly creations: Items<NewEntry>;
}

type ApplyEntries = Implementation<ServiceHandlers<'serverEntry'>, ServerCall>['ApplyEntries'];

/** All of what is asked in one transaction, or nothing of it and what stands in the way of each item. */
export function applyEntries(deps: EntryServiceDeps): ApplyEntries {
  return async (request, call) => {
    const asked: Asked = {
      bundles: await understand(request.bundles, (bundle) => bundleOf(bundle, deps, call)),
      deletions: await understand(request.delete, deletionOf),
      updates: await understand(request.update, (update) => updateOf(update, deps)),
      creations: await understand(request.create, (entry) => creationOf(entry, deps, call)),
    };
    const isUnderstood = Object.values(asked).every((items: Items<unknown>) =>
      items.every((item) => !(item instanceof Error)),
    );
    // What is not understood is not done; of the rest the database says whether it could be.
    const outcome = await deps.entries.apply(planOf(asked), {
      now: deps.clock.now(),
      check: entryProblem,
      guard: call.restriction?.entryProblem,
      rehearsal: request.dry_run || !isUnderstood,
    });
    const verdicts = verdictsOf(asked, outcome);
    const why = outcome.applied || isPossible(verdicts) ? undefined : aborted('nothing was done');
    audit(call, { asked, verdicts, why: why ?? rehearsed(outcome) });
    const encode = ({ failure = why, entry }: Verdict) => ({
      status: failure === undefined ? OK : encodeFailure(failure),
      entry: entry === undefined ? null : encodeRegistered(entry, request.output_mask),
    });
    return {
      applied: outcome.applied,
      bundles: await mapInTurns(verdicts.bundles, encode),
      deleted: await mapInTurns(verdicts.deletions, encode),
      updated: await mapInTurns(verdicts.updates, encode),
      created: await mapInTurns(verdicts.creations, encode),
    };
  };
}

const understand = <T, R>(items: readonly T[], read: (item: T) => R): Promise<(R | Error)[]> =>
  mapInTurns(items, (item) => attempt(() => read(item)));

function bundleOf(
  message: Bundle__Output,
  { trustDomain: own }: EntryServiceDeps,
  { restriction }: ServerCall,
): TrustBundle {
  if (restriction !== undefined) {
    throw permissionDenied('failed to store bundle: a registrar stores no bundles');
  }
  const trustDomain = parseForeign(
    message.trust_domain,
    own,
    "setting a federated bundle for the server's own trust domain is not allowed",
  );
  return refusing('failed to convert bundle', () => decodeBundle(message, trustDomain));
}

function deletionOf({ id, revision_number }: Deletion__Output) {
  if (id === '') throw invalidArgument('missing entry ID');
  if (!isEntryId(id)) throw deletionOfNone();
  return { id, ...revisionOf(revision_number) };
}

function updateOf(update: Update__Output, { trustDomain }: EntryServiceDeps) {
  const { entry, input_mask, attributes, revision_number } = update;
  if (entry === null) throw invalidArgument('missing entry');
  if (!isEntryId(entry.id)) throw updateOfNone();
  const changes = refusing('failed to convert entry', () => ({
    ...decodeChanges(entry, maskedFields(input_mask), trustDomain),
    ...attributesOf(attributes),
  }));
  return { id: entry.id, changes, ...revisionOf(revision_number) };
}

function attributesOf(message: Update__Output['attributes']) {
  if (message === null) return {};
  const attributes = decodeAttributes(message);
  checkFields({ attributes });
  return { attributes };
}

function creationOf(
  { entry, attributes }: RegisteredEntry__Output,
  { trustDomain }: EntryServiceDeps,
  call: ServerCall,
): NewEntry {
  if (entry === null) throw invalidArgument('missing entry');
  const decoded = refusing('failed to convert entry', () => ({
    ...decodeEntry(entry, trustDomain),
    ...attributesOf(attributes),
  }));
  const admitted = admit(decoded, call);
  if (admitted instanceof Error) throw admitted;
  return admitted;
}

const revisionOf = (text: string | undefined): { readonly revisionNumber?: number } =>
  text === undefined ? {} : { revisionNumber: Number(text) };

const planOf = ({ bundles, deletions, updates, creations }: Asked): EntryPlan => ({
  bundles: understood(bundles),
  deletions: understood(deletions),
  updates: understood(updates),
  creations: understood(creations),
});

const understood = <T>(items: Items<T>): T[] =>
  items.filter((item): item is T => !(item instanceof Error));

type Verdicts = Readonly<Record<keyof Asked, readonly Verdict[]>>;

function verdictsOf(asked: Asked, { deleted, updated, created }: PlanOutcome): Verdicts {
  return {
    bundles: asked.bundles.map((bundle) => (bundle instanceof Error ? { failure: bundle } : {})),
    deletions: judged(asked.deletions, deleted, (outcome) => {
      const failure = outcome instanceof Error ? outcome : judgeDeletion(outcome);
      return failure === undefined ? {} : { failure };
    }),
    updates: judged(asked.updates, updated, judgeUpdate),
    creations: judged(asked.creations, created, judgeCreation),
  };
}

/** The outcomes are of those items that were understood. */
function judged<T>(
  items: Items<unknown>,
  outcomes: readonly T[],
  judge: (outcome: T | Error) => Verdict,
): Verdict[] {
  const next = outcomes.values();
  return items.map((item) => judge(item instanceof Error ? item : next.next().value!));
}

const isPossible = (verdicts: Verdicts): boolean =>
  Object.values(verdicts).every((some) => some.every(({ failure }) => failure === undefined));

const rehearsed = ({ applied }: PlanOutcome): Error | undefined =>
  applied ? undefined : aborted('it was a dry run');

interface Audited {
  readonly asked: Asked;
  readonly verdicts: Verdicts;
  readonly why: Error | undefined;
}

/** One line for each item, also of those that were not done for the sake of the others. */
function audit(call: ServerCall, { asked, verdicts, why }: Audited): void {
  const line = ({ failure = why, entry }: Verdict, fields: object): void => {
    call.audit.addItem({ ...fields, ...idOf(entry), error: failure });
  };
  verdicts.bundles.forEach((verdict, at) => {
    const bundle = asked.bundles[at]!;
    line(verdict, bundle instanceof Error ? {} : { trust_domain: bundle.trustDomain });
  });
  verdicts.deletions.forEach((verdict, at) => {
    const deletion = asked.deletions[at]!;
    line(verdict, deletion instanceof Error ? {} : { deleted: true, entry_id: deletion.id });
  });
  verdicts.updates.forEach((verdict, at) => {
    const update = asked.updates[at]!;
    if (update instanceof Error) line(verdict, {});
    else line(verdict, { ...entryAudit(verdict.entry ?? update.changes), entry_id: update.id });
  });
  verdicts.creations.forEach((verdict, at) => {
    const entry = asked.creations[at]!;
    line(verdict, entry instanceof Error ? {} : entryAudit(entry));
  });
}

const idOf = (entry: RegistrationEntry | undefined): object =>
  entry === undefined ? {} : { entry_id: entry.id, revision_number: entry.revisionNumber };
