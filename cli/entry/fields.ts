import type { Selector } from '@vouchsafe/pki/selector';
import type { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import type { TrustDomain } from '@vouchsafe/pki/trust-domain';
import type { Entry } from '@vouchsafe/proto/gen/spire/api/types/Entry';
import { encodeSelector, encodeSpiffeId } from '../messages.ts';

/** The parent of node aliases, as in SPIRE. */
export const SERVER_PATH = '/spire/server';

/** As `entryChangeOptions` declares them; false takes back what there is. */
export interface EntryFlags {
  readonly spiffeId?: SpiffeId;
  readonly parentId?: SpiffeId;
  readonly node?: boolean;
  readonly selector?: readonly Selector[];
  readonly x509Ttl?: number;
  readonly jwtTtl?: number;
  readonly dns?: readonly string[] | false;
  readonly admin?: boolean;
  readonly downstream?: boolean;
  readonly hint?: string | false;
  readonly federatesWith?: readonly TrustDomain[] | false;
}

/** What the flags say of an entry, and no more; `--node` is for the caller. */
export function entryFields(flags: EntryFlags): Entry {
  const { spiffeId, parentId, selector, x509Ttl, jwtTtl, admin, downstream } = flags;
  const fields: { readonly [Field in keyof Entry]: Entry[Field] | undefined } = {
    spiffe_id: spiffeId && encodeSpiffeId(spiffeId),
    parent_id: parentId && encodeSpiffeId(parentId),
    selectors: selector?.map(encodeSelector),
    x509_svid_ttl: x509Ttl,
    jwt_svid_ttl: jwtTtl,
    dns_names: listOf(flags.dns, String),
    admin,
    downstream,
    hint: flags.hint === false ? '' : flags.hint,
    federates_with: listOf(flags.federatesWith, ({ name }) => name),
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function listOf<T>(
  items: readonly T[] | false | undefined,
  encode: (item: T) => string,
): string[] | undefined {
  return items === false ? [] : items?.map(encode);
}
