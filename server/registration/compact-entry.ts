import type { Selector } from '@vouchsafe/pki/selector';
import type { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import type { RegistrationEntry } from './entry.ts';
import { Shared } from '../../runtime/shared.ts';

/** What most entries have like many others. */
type Common = Pick<
  RegistrationEntry,
  | 'x509SvidTtlSeconds'
  | 'jwtSvidTtlSeconds'
  | 'federatesWith'
  | 'admin'
  | 'downstream'
  | 'expiresAt'
  | 'dnsNames'
  | 'storeSvid'
  | 'hint'
  | 'additionalAttributes'
  | 'attributes'
>;

/** Enough for what a fleet has in common; what is beyond it is kept apart. */
const MAX_SHARED = 10_000;
/** Longer ones, such as paths and digests, are of one entry alone, and not worth the search. */
const MAX_SHARED_SELECTOR = 24;

/** Makes entries small: a million of them are in memory, and most have their parent and all but their names in common. */
export class EntryCompactor {
  readonly #parents = new Shared<SpiffeId>(MAX_SHARED);
  readonly #selectors = new Shared<Selector>(MAX_SHARED);
  readonly #common = new Shared<Common>(MAX_SHARED);

  compact(entry: RegistrationEntry): RegistrationEntry {
    return new CompactEntry(entry, {
      parentId: this.#parents.of(entry.parentId.toString(), () => entry.parentId),
      selectors: entry.selectors.map((selector) =>
        selector.value.length > MAX_SHARED_SELECTOR
          ? selector
          : this.#selectors.of(selector.toString(), () => selector),
      ),
      common: this.#common.of(keyOf(entry), () => commonOf(entry)),
    });
  }
}

interface Parts {
  readonly parentId: SpiffeId;
  readonly selectors: readonly Selector[];
  readonly common: Common;
}

class CompactEntry implements RegistrationEntry {
  readonly id: string;
  readonly order: number;
  readonly spiffeId: SpiffeId;
  readonly parentId: SpiffeId;
  readonly selectors: readonly Selector[];
  readonly revisionNumber: number;
  readonly #createdAtMs: number;
  readonly #common: Common;

  constructor(entry: RegistrationEntry, { parentId, selectors, common }: Parts) {
    this.id = entry.id;
    this.order = entry.order;
    this.spiffeId = entry.spiffeId;
    this.parentId = parentId;
    this.selectors = selectors;
    this.revisionNumber = entry.revisionNumber;
    this.#createdAtMs = entry.createdAt.getTime();
    this.#common = common;
  }

  get createdAt(): Date {
    return new Date(this.#createdAtMs);
  }

  get x509SvidTtlSeconds(): number {
    return this.#common.x509SvidTtlSeconds;
  }

  get jwtSvidTtlSeconds(): number {
    return this.#common.jwtSvidTtlSeconds;
  }

  get federatesWith(): Common['federatesWith'] {
    return this.#common.federatesWith;
  }

  get admin(): boolean {
    return this.#common.admin;
  }

  get downstream(): boolean {
    return this.#common.downstream;
  }

  get expiresAt(): Date | undefined {
    return this.#common.expiresAt;
  }

  get dnsNames(): readonly string[] {
    return this.#common.dnsNames;
  }

  get storeSvid(): boolean {
    return this.#common.storeSvid;
  }

  get hint(): string {
    return this.#common.hint;
  }

  get additionalAttributes(): Common['additionalAttributes'] {
    return this.#common.additionalAttributes;
  }

  get attributes(): Common['attributes'] {
    return this.#common.attributes;
  }
}

const commonOf = (entry: RegistrationEntry): Common => ({
  x509SvidTtlSeconds: entry.x509SvidTtlSeconds,
  jwtSvidTtlSeconds: entry.jwtSvidTtlSeconds,
  federatesWith: entry.federatesWith,
  admin: entry.admin,
  downstream: entry.downstream,
  expiresAt: entry.expiresAt,
  dnsNames: entry.dnsNames,
  storeSvid: entry.storeSvid,
  hint: entry.hint,
  additionalAttributes: entry.additionalAttributes,
  attributes: entry.attributes,
});

/** The same for two entries exactly when they have it all in common. */
const keyOf = (entry: RegistrationEntry): string =>
  JSON.stringify([
    entry.x509SvidTtlSeconds,
    entry.jwtSvidTtlSeconds,
    entry.federatesWith.map(({ name }) => name),
    entry.admin,
    entry.downstream,
    entry.expiresAt?.getTime(),
    entry.dnsNames,
    entry.storeSvid,
    entry.hint,
    entry.additionalAttributes,
    entry.attributes,
  ]);
