import type { MessageOutput } from '@vouchsafe/proto/load';

/** What the server says has changed; what it became is to be fetched. */
export interface Update {
  /** Everything up to this one has been told. */
  readonly revision: bigint;
  /** Entry IDs. */
  readonly changed: ReadonlySet<string>;
  /** Entry IDs of what this agent is not authorized for any more. */
  readonly gone: ReadonlySet<string>;
  /** Names of trust domains whose bundles have changed, or gone. */
  readonly bundles: ReadonlySet<string>;
  /** Whether everything is to be read anew. */
  readonly isResync: boolean;
}

/** An agent's own record is of no interest to it beyond what its calls say. */
export function parseUpdate({
  revision,
  changes,
  resync,
}: MessageOutput<'vouchsafe.server.updates.v1.WatchResponse'>): Update {
  const entries = changes.filter(({ kind }) => kind === 'ENTRY');
  const idsOf = (isGone: boolean): Set<string> =>
    new Set(entries.filter(({ gone }) => gone === isGone).map(({ id }) => id));
  const bundles = changes.filter(({ kind }) => kind === 'BUNDLE').map(({ id }) => id);
  return {
    revision: BigInt(revision),
    changed: idsOf(false),
    gone: idsOf(true),
    bundles: new Set(bundles),
    isResync: resync.some((kind) => kind !== 'AGENT'),
  };
}

/** Both in one: of each thing counts what was said last. */
export function mergeUpdates(before: Update, after: Update): Update {
  return {
    revision: after.revision,
    changed: union(without(before.changed, after.gone), after.changed),
    gone: union(without(before.gone, after.changed), after.gone),
    bundles: union(before.bundles, after.bundles),
    isResync: before.isResync || after.isResync,
  };
}

/** Whether it says nothing but how far it goes. */
export function isHeartbeat({ changed, gone, bundles, isResync }: Update): boolean {
  return !isResync && changed.size + gone.size + bundles.size === 0;
}

const union = <T>(a: ReadonlySet<T>, b: ReadonlySet<T>): ReadonlySet<T> => new Set([...a, ...b]);

const without = <T>(a: ReadonlySet<T>, b: ReadonlySet<T>): ReadonlySet<T> =>
  new Set([...a].filter((item) => !b.has(item)));
