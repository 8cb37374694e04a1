import { TrustDomain } from '@vouchsafe/pki/trust-domain';
import type { Entry, Entry__Output } from '@vouchsafe/proto/gen/spire/api/types/Entry';
import type { EntryMask__Output } from '@vouchsafe/proto/gen/spire/api/types/EntryMask';
import type { NewEntry } from '../../datastore/datastore.ts';
import type {
  AdditionalAttributes,
  EntrySpec,
  RegistrationEntry,
} from '../../registration/entry.ts';
import { checkEntry, checkEntryId, checkFields } from '../../registration/entry-rules.ts';
import { applyMask } from './mask.ts';
import { decodeSelectors, encodeSelectors } from './selector.ts';
import { decodeMember, decodeWorkload, encodeSpiffeId } from './spiffe-id.ts';
import { decodeTime, encodeTime } from './time.ts';

type Field = Exclude<keyof EntryMask__Output, 'revision_number' | 'created_at'>;
type Decode = (message: Entry__Output, trustDomain: TrustDomain) => Partial<EntrySpec>;

/** What a client says in each field that it may set, by the field's name in masks. */
const FIELDS: Readonly<Record<Field, Decode>> = {
  parent_id: ({ parent_id }, trustDomain) => ({
    parentId: naming('invalid parent ID', () => decodeMember(parent_id, trustDomain)),
  }),
  spiffe_id: ({ spiffe_id }, trustDomain) => ({
    spiffeId: naming('invalid spiffe ID', () => decodeWorkload(spiffe_id, trustDomain)),
  }),
  selectors: ({ selectors }) => ({ selectors: decodeSelectors(selectors) }),
  x509_svid_ttl: ({ x509_svid_ttl }) => ({ x509SvidTtlSeconds: x509_svid_ttl }),
  jwt_svid_ttl: ({ jwt_svid_ttl }) => ({ jwtSvidTtlSeconds: jwt_svid_ttl }),
  federates_with: ({ federates_with }) => ({
    federatesWith: naming('invalid federated trust domain', () =>
      federates_with.map((name) => TrustDomain.parse(name)),
    ),
  }),
  admin: ({ admin }) => ({ admin }),
  downstream: ({ downstream }) => ({ downstream }),
  expires_at: ({ expires_at }) => ({
    expiresAt: naming('invalid expiry', () => decodeTime(expires_at)),
  }),
  dns_names: ({ dns_names }) => ({ dnsNames: dns_names }),
  store_svid: ({ store_svid }) => ({ storeSvid: store_svid }),
  hint: ({ hint }) => ({ hint }),
  additional_attributes: ({ additional_attributes }) => ({
    additionalAttributes: decodeAttributes(additional_attributes),
  }),
};

const FIELD_NAMES = Object.keys(FIELDS) as Field[];

function decodeAttributes(
  attributes: Entry__Output['additional_attributes'],
): AdditionalAttributes | undefined {
  if (attributes === null || attributes === undefined) return undefined;
  return {
    disableX509SvidPrefetch: attributes.disable_x509_svid_prefetch,
    jwtSvidIncludeJti: attributes.jwt_svid_include_jti,
  };
}

/** @throws when any part of it is not as it must be; the text is for the client */
export function decodeEntry(message: Entry__Output, trustDomain: TrustDomain): NewEntry {
  const id = checkEntryId(message.id);
  const entry = {
    ...decodeFields(FIELD_NAMES, message, trustDomain),
    attributes: undefined,
  } as EntrySpec;
  checkEntry(entry);
  return { ...entry, id };
}

/** The fields that a mask names, all of them without one; the others need not be there. */
export const maskedFields = (mask: EntryMask__Output | null): readonly Field[] =>
  mask === null ? FIELD_NAMES : FIELD_NAMES.filter((field) => mask[field]);

/** What a client says in these fields. @throws as decodeEntry, but says nothing of the entry as a whole */
export function decodeChanges(
  message: Entry__Output,
  fields: readonly Field[],
  trustDomain: TrustDomain,
): Partial<EntrySpec> {
  const changes = decodeFields(fields, message, trustDomain);
  checkFields(changes);
  return changes;
}

function decodeFields(
  fields: readonly Field[],
  message: Entry__Output,
  trustDomain: TrustDomain,
): Partial<EntrySpec> {
  return Object.assign(
    {},
    ...fields.map((field) => FIELDS[field](message, trustDomain)),
  ) as Partial<EntrySpec>;
}

function naming<T>(what: string, decode: () => T): T {
  try {
    return decode();
  } catch (cause) {
    throw new TypeError(what, { cause });
  }
}

export function encodeEntry(entry: RegistrationEntry, mask: EntryMask__Output | null): Entry {
  const attributes = entry.additionalAttributes;
  const message: Entry = {
    id: entry.id,
    spiffe_id: encodeSpiffeId(entry.spiffeId),
    parent_id: encodeSpiffeId(entry.parentId),
    selectors: encodeSelectors(entry.selectors),
    x509_svid_ttl: entry.x509SvidTtlSeconds,
    jwt_svid_ttl: entry.jwtSvidTtlSeconds,
    federates_with: entry.federatesWith.map(({ name }) => name),
    admin: entry.admin,
    downstream: entry.downstream,
    expires_at: encodeTime(entry.expiresAt),
    dns_names: [...entry.dnsNames],
    revision_number: String(entry.revisionNumber),
    store_svid: entry.storeSvid,
    hint: entry.hint,
    created_at: encodeTime(entry.createdAt),
    ...(attributes === undefined
      ? {}
      : {
          additional_attributes: {
            disable_x509_svid_prefetch: attributes.disableX509SvidPrefetch,
            jwt_svid_include_jti: attributes.jwtSvidIncludeJti,
          },
        }),
  };
  return applyMask(message, mask, 'id');
}
