import type { Selector } from '@vouchsafe/pki/selector';
import type { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import type { TrustDomain } from '@vouchsafe/pki/trust-domain';
import type { EntryAttributes } from '../../runtime/entry-attributes.ts';

/** Present or absent as a whole: a client that never heard of them must get back what it sent. */
export interface AdditionalAttributes {
  readonly disableX509SvidPrefetch: boolean;
  readonly jwtSvidIncludeJti: boolean;
}

/** What an operator says of an entry. */
export interface EntrySpec {
  readonly spiffeId: SpiffeId;
  readonly parentId: SpiffeId;
  /** At least one; all of them must be among a workload's own. */
  readonly selectors: readonly Selector[];
  /** 0 for the server's default. */
  readonly x509SvidTtlSeconds: number;
  readonly jwtSvidTtlSeconds: number;
  readonly federatesWith: readonly TrustDomain[];
  readonly admin: boolean;
  readonly downstream: boolean;
  readonly expiresAt: Date | undefined;
  /** In the order given: the first becomes the certificate's common name. */
  readonly dnsNames: readonly string[];
  readonly storeSvid: boolean;
  readonly hint: string;
  readonly additionalAttributes: AdditionalAttributes | undefined;
  /** Undefined for none. */
  readonly attributes: EntryAttributes | undefined;
}

/** A registration entry: which processes, on which nodes, get which identity. */
export interface RegistrationEntry extends EntrySpec {
  readonly id: string;
  /** Grows with each creation; lists and their pages follow it. */
  readonly order: number;
  /** 0 at creation, one more with each update. */
  readonly revisionNumber: number;
  readonly createdAt: Date;
}

/** Expired entries give nothing any more, whenever they are pruned. */
export const isExpired = (entry: RegistrationEntry, now: Date): boolean =>
  entry.expiresAt !== undefined && entry.expiresAt <= now;
