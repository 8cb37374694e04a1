import type { Selector } from '@vouchsafe/pki/selector';
import type { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import type { TrustDomain } from '@vouchsafe/pki/trust-domain';
import type { RequestOf } from '@vouchsafe/proto/services';
import { CliError } from '../errors.ts';
import { encodeSelector, encodeSpiffeId } from '../messages.ts';
import { attributesFilter } from './attribute-flags.ts';
import type { AttributeFilterFlags } from './attribute-flags.ts';
import type { Match } from './options.ts';

/** As `filterOptions` declares them. */
export interface EntryFilterFlags extends AttributeFilterFlags {
  readonly spiffeId?: SpiffeId;
  readonly parentId?: SpiffeId;
  readonly selector?: readonly Selector[];
  readonly federatesWith?: readonly TrustDomain[];
  readonly match?: Match;
  readonly hint?: string;
  readonly downstream?: boolean;
}

type Filter = NonNullable<RequestOf<'entry', 'ListEntries'>['filter']>;

const MATCHES = {
  exact: 'MATCH_EXACT',
  any: 'MATCH_ANY',
  superset: 'MATCH_SUPERSET',
  subset: 'MATCH_SUBSET',
} as const;

/** @throws CliError CLI_USAGE when there is nothing to match */
export function entryFilter(flags: EntryFilterFlags): Filter {
  const { spiffeId, parentId, selector, federatesWith, hint, downstream } = flags;
  if (flags.match !== undefined && selector === undefined && federatesWith === undefined) {
    throw new CliError(
      'CLI_USAGE',
      'missing --selector <TYPE:VALUE> or --federates-with <TRUST_DOMAIN>, which --match is about',
    );
  }
  const match = MATCHES[flags.match ?? 'superset'];
  return {
    ...(spiffeId && { by_spiffe_id: encodeSpiffeId(spiffeId) }),
    ...(parentId && { by_parent_id: encodeSpiffeId(parentId) }),
    ...(selector && { by_selectors: { selectors: selector.map(encodeSelector), match } }),
    ...(federatesWith && {
      by_federates_with: { trust_domains: federatesWith.map(({ name }) => name), match },
    }),
    ...(hint !== undefined && { by_hint: { value: hint } }),
    ...(downstream === true && { by_downstream: { value: true } }),
  };
}

/** The same with what only our servers can filter by. @throws CliError CLI_USAGE */
export function entryQuery(flags: EntryFilterFlags) {
  const by_attributes = attributesFilter(flags);
  const filter = entryFilter(flags);
  return { filter, ...(by_attributes === undefined ? {} : { by_attributes }) };
}
