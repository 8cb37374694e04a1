import type { Entry__Output } from '@vouchsafe/proto/gen/spire/api/types/Entry';
import type { EntryMask } from '@vouchsafe/proto/gen/spire/api/types/EntryMask';
import type { Attributes__Output } from '@vouchsafe/proto/gen/vouchsafe/server/entry/v1/Attributes';
import type { RegisteredEntry } from '@vouchsafe/proto/gen/vouchsafe/server/entry/v1/RegisteredEntry';
import { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import { Selector } from '@vouchsafe/pki/selector';
import {
  encodeSelector,
  encodeSpiffeId,
  showSelector,
  showSpiffeId,
  showTime,
} from '../../messages.ts';

/** An entry as a file says it, complete: what a file leaves out is as empty as here. Lists without order are sorted. */
export interface EntryForm {
  /** Empty where it is the server that chooses. */
  readonly id: string;
  readonly spiffe_id: string;
  readonly parent_id: string;
  readonly selectors: readonly string[];
  /** Seconds; 0 leaves it to the server. */
  readonly x509_svid_ttl: number;
  readonly jwt_svid_ttl: number;
  readonly federates_with: readonly string[];
  readonly admin: boolean;
  readonly downstream: boolean;
  /** With its time zone; empty for never. */
  readonly expires_at: string;
  /** The first is the common name. */
  readonly dns_names: readonly string[];
  readonly store_svid: boolean;
  readonly hint: string;
  readonly disable_x509_svid_prefetch: boolean;
  readonly jwt_svid_include_jti: boolean;
  readonly owner: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly environment: string;
  readonly description: string;
  readonly audience: AudienceForm;
}

export interface AudienceForm {
  readonly allow: readonly string[];
  readonly max_count: number;
  /** Seconds. */
  readonly max_ttl: number;
}

export type EntryField = keyof EntryForm;

/** Which field of SPIRE's message says it; all others are attributes. Also the order in which they are shown. */
const MESSAGE_FIELDS = {
  spiffe_id: 'spiffe_id',
  parent_id: 'parent_id',
  selectors: 'selectors',
  x509_svid_ttl: 'x509_svid_ttl',
  jwt_svid_ttl: 'jwt_svid_ttl',
  federates_with: 'federates_with',
  admin: 'admin',
  downstream: 'downstream',
  expires_at: 'expires_at',
  dns_names: 'dns_names',
  store_svid: 'store_svid',
  hint: 'hint',
  disable_x509_svid_prefetch: 'additional_attributes',
  jwt_svid_include_jti: 'additional_attributes',
  owner: undefined,
  labels: undefined,
  environment: undefined,
  description: undefined,
  audience: undefined,
} as const satisfies Readonly<Record<Exclude<EntryField, 'id'>, keyof EntryMask | undefined>>;

export const FIELDS = Object.keys(MESSAGE_FIELDS) as readonly Exclude<EntryField, 'id'>[];

/** The fields that make two entries the same one, as servers see it. */
export function identityOf({ spiffe_id, parent_id, selectors }: EntryForm): string {
  return JSON.stringify([parent_id, spiffe_id, selectors]);
}

export const sorted = (items: Iterable<string>): string[] => [...new Set(items)].sort();

export function formOf(entry: Entry__Output, attributes: Attributes__Output | null): EntryForm {
  const { additional_attributes: more } = entry;
  return {
    id: entry.id,
    spiffe_id: showSpiffeId(entry.spiffe_id),
    parent_id: showSpiffeId(entry.parent_id),
    selectors: sorted(entry.selectors.map(showSelector)),
    x509_svid_ttl: entry.x509_svid_ttl,
    jwt_svid_ttl: entry.jwt_svid_ttl,
    federates_with: sorted(entry.federates_with),
    admin: entry.admin,
    downstream: entry.downstream,
    expires_at: showTime(entry.expires_at),
    dns_names: entry.dns_names,
    store_svid: entry.store_svid,
    hint: entry.hint,
    disable_x509_svid_prefetch: more?.disable_x509_svid_prefetch ?? false,
    jwt_svid_include_jti: more?.jwt_svid_include_jti ?? false,
    ...attributesOf(attributes),
  };
}

type AttributeField = 'owner' | 'labels' | 'environment' | 'description' | 'audience';

function attributesOf(attributes: Attributes__Output | null): Pick<EntryForm, AttributeField> {
  const { owner, labels, environment, description, audience } = attributes ?? NONE;
  const { allow, max_count, max_ttl } = audience ?? NO_RULES;
  return {
    ...{ owner, environment, description, labels: sortedMap(labels) },
    audience: { allow: sorted(allow), max_count, max_ttl },
  };
}

const NO_RULES: AudienceForm = { allow: [], max_count: 0, max_ttl: 0 };
const NONE = { owner: '', labels: {}, environment: '', description: '', audience: NO_RULES };

/** Equal maps are then equal texts. */
export const sortedMap = (map: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1)));

export function encodeForm(form: EntryForm): Required<RegisteredEntry> {
  const { id, spiffe_id, parent_id, selectors, expires_at } = form;
  const { x509_svid_ttl, jwt_svid_ttl, admin, downstream, store_svid, hint } = form;
  const { owner, labels, environment, description, audience } = form;
  return {
    entry: {
      ...{ id, x509_svid_ttl, jwt_svid_ttl, admin, downstream, store_svid, hint },
      spiffe_id: encodeSpiffeId(SpiffeId.parse(spiffe_id)),
      parent_id: encodeSpiffeId(SpiffeId.parse(parent_id)),
      selectors: selectors.map((text) => encodeSelector(Selector.parse(text))),
      federates_with: [...form.federates_with],
      expires_at: String(expires_at === '' ? 0 : Math.trunc(Date.parse(expires_at) / 1000)),
      dns_names: [...form.dns_names],
      ...additionalOf(form),
    },
    attributes: {
      ...{ owner, labels: { ...labels }, environment, description },
      audience: { ...audience, allow: [...audience.allow] },
    },
  };
}

/** Left out where nothing is said, so that an entry that has none keeps none. */
function additionalOf({ disable_x509_svid_prefetch, jwt_svid_include_jti }: EntryForm) {
  return disable_x509_svid_prefetch || jwt_svid_include_jti
    ? { additional_attributes: { disable_x509_svid_prefetch, jwt_svid_include_jti } }
    : {};
}

export interface Masked {
  readonly input_mask: EntryMask;
  readonly hasAttributes: boolean;
}

/** What an update of these fields has to name. */
export function maskOf(fields: readonly (typeof FIELDS)[number][]): Masked {
  const names = fields.map((field) => MESSAGE_FIELDS[field]);
  const named = names.filter((name) => name !== undefined).map((name) => [name, true] as const);
  return { input_mask: Object.fromEntries(named), hasAttributes: names.includes(undefined) };
}
