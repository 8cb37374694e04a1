import { createHash } from 'node:crypto';
import { Selector } from '@vouchsafe/pki/selector';
import { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import { TrustDomain } from '@vouchsafe/pki/trust-domain';
import { NO_ATTRIBUTES } from '../../../runtime/entry-attributes.ts';
import type { EntryAttributes } from '../../../runtime/entry-attributes.ts';
import type { AdditionalAttributes, RegistrationEntry } from '../../registration/entry.ts';
import { Shared } from '../../../runtime/shared.ts';
import {
  fromList,
  fromOptionalSeconds,
  fromSeconds,
  toList,
  toOptionalSeconds,
  toSeconds,
} from './columns.ts';

export interface EntryRow {
  readonly row: number;
  readonly id: string;
  readonly spiffe_id: string;
  readonly parent_id: string;
  readonly selectors: string;
  readonly fingerprint: string;
  readonly x509_svid_ttl: number;
  readonly jwt_svid_ttl: number;
  readonly federates_with: string;
  readonly admin: number | boolean;
  readonly downstream: number | boolean;
  readonly expires_at: number | null;
  readonly dns_names: string;
  readonly store_svid: number | boolean;
  readonly hint: string;
  readonly additional_attributes: string | null;
  readonly attributes: string | null;
  readonly revision_number: number;
  readonly created_at: number;
}

/** Of parent, SPIFFE ID and set of selectors, which no two entries share; an index could not hold them in full. */
export function fingerprint(row: Pick<EntryRow, 'parent_id' | 'spiffe_id' | 'selectors'>): string {
  const text = JSON.stringify([row.parent_id, row.spiffe_id, row.selectors]);
  return createHash('sha256').update(text).digest('hex');
}

export function toRow(entry: Omit<RegistrationEntry, 'order'>): Omit<EntryRow, 'row'> {
  const same = {
    spiffe_id: entry.spiffeId.toString(),
    parent_id: entry.parentId.toString(),
    selectors: JSON.stringify([...new Set(entry.selectors.map(String))].sort()),
  };
  return {
    id: entry.id,
    ...same,
    fingerprint: fingerprint(same),
    x509_svid_ttl: entry.x509SvidTtlSeconds,
    jwt_svid_ttl: entry.jwtSvidTtlSeconds,
    federates_with: toList(entry.federatesWith),
    admin: entry.admin,
    downstream: entry.downstream,
    expires_at: toOptionalSeconds(entry.expiresAt),
    dns_names: toList(entry.dnsNames),
    store_svid: entry.storeSvid,
    hint: entry.hint,
    additional_attributes: toJson(entry.additionalAttributes),
    attributes: toJson(entry.attributes),
    revision_number: entry.revisionNumber,
    created_at: toSeconds(entry.createdAt),
  };
}

const toJson = (value: object | undefined): string | null =>
  value === undefined ? null : JSON.stringify(value);

const fromJson = (text: string | null): object | undefined =>
  text === null ? undefined : (JSON.parse(text) as object);

/** JSON drops what is undefined. */
function fromAttributes(text: string | null): EntryAttributes | undefined {
  const attributes = fromJson(text);
  return attributes && { ...NO_ATTRIBUTES, ...attributes };
}

/** Few beside the entries that they have. */
const parents = new Shared<SpiffeId>(10_000);

export function fromRow(row: EntryRow): RegistrationEntry {
  return {
    id: row.id,
    order: row.row,
    spiffeId: SpiffeId.parse(row.spiffe_id),
    parentId: parents.of(row.parent_id, () => SpiffeId.parse(row.parent_id)),
    selectors: fromList(row.selectors, (text) => Selector.parse(text)),
    x509SvidTtlSeconds: row.x509_svid_ttl,
    jwtSvidTtlSeconds: row.jwt_svid_ttl,
    federatesWith: fromList(row.federates_with, (name) => TrustDomain.of(name)),
    admin: Boolean(row.admin),
    downstream: Boolean(row.downstream),
    expiresAt: fromOptionalSeconds(row.expires_at),
    dnsNames: fromList(row.dns_names, String),
    storeSvid: Boolean(row.store_svid),
    hint: row.hint,
    additionalAttributes: fromJson(row.additional_attributes) as AdditionalAttributes | undefined,
    attributes: fromAttributes(row.attributes),
    revisionNumber: row.revision_number,
    createdAt: fromSeconds(row.created_at),
  };
}
