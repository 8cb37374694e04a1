import { TrustDomain } from '@vouchsafe/pki/trust-domain';
import type { Entry, Entry__Output } from '@vouchsafe/proto/gen/spire/api/types/Entry';
import type { EntryMask__Output } from '@vouchsafe/proto/gen/spire/api/types/EntryMask';
import type { NewEntry } from '../../datastore/datastore.ts';
import type { RegistrationEntry } from '../../registration/entry.ts';
import { checkEntry, checkEntryId } from '../../registration/entry-rules.ts';
import { applyMask } from './mask.ts';
import { decodeSelectors, encodeSelectors } from './selector.ts';
import { decodeMember, decodeWorkload, encodeSpiffeId } from './spiffe-id.ts';
import { decodeTime, encodeTime } from './time.ts';

/** @throws when any part of it is not as it must be; the text is for the client */
export function decodeEntry(message: Entry__Output, trustDomain: TrustDomain): NewEntry {
  const attributes = message.additional_attributes;
  const entry: NewEntry = {
    id: checkEntryId(message.id),
    parentId: naming('invalid parent ID', () => decodeMember(message.parent_id, trustDomain)),
    spiffeId: naming('invalid spiffe ID', () => decodeWorkload(message.spiffe_id, trustDomain)),
    selectors: decodeSelectors(message.selectors),
    x509SvidTtlSeconds: message.x509_svid_ttl,
    jwtSvidTtlSeconds: message.jwt_svid_ttl,
    federatesWith: naming('invalid federated trust domain', () =>
      message.federates_with.map((name) => TrustDomain.parse(name)),
    ),
    admin: message.admin,
    downstream: message.downstream,
    expiresAt: naming('invalid expiry', () => decodeTime(message.expires_at)),
    dnsNames: message.dns_names,
    storeSvid: message.store_svid,
    hint: message.hint,
    additionalAttributes:
      attributes === null || attributes === undefined
        ? undefined
        : {
            disableX509SvidPrefetch: attributes.disable_x509_svid_prefetch,
            jwtSvidIncludeJti: attributes.jwt_svid_include_jti,
          },
  };
  checkEntry(entry);
  return entry;
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
