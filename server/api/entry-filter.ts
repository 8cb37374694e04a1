import type { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import { TrustDomain } from '@vouchsafe/pki/trust-domain';
import type { ListEntriesRequest__Output } from '@vouchsafe/proto/gen/spire/api/server/entry/v1/ListEntriesRequest';
import { invalidArgument } from '../../runtime/rpc/status.ts';
import type { RegistrationEntry } from '../registration/entry.ts';
import { checkMatch, matches } from './match.ts';
import { decodeSelectors } from './messages/selector.ts';
import { decodeMember } from './messages/spiffe-id.ts';
import { refusing } from './refusing.ts';

type Filter = ListEntriesRequest__Output['filter'];
type Given = NonNullable<Filter>;
type Test = (entry: RegistrationEntry) => boolean;

/** Which entries a client asks for. */
export function entryFilter(filter: Filter, trustDomain: TrustDomain): Test {
  if (filter === null) return () => true;
  const tests = [
    ...byId(filter.by_parent_id, { trustDomain, name: 'parent ID', of: (entry) => entry.parentId }),
    ...byId(filter.by_spiffe_id, { trustDomain, name: 'SPIFFE ID', of: (entry) => entry.spiffeId }),
    ...bySelectors(filter),
    ...byFederation(filter),
    ...byHint(filter),
    // Only true narrows the list: clients send false for "not said".
    ...(filter.by_downstream?.value === true
      ? [({ downstream }: RegistrationEntry) => downstream]
      : []),
  ];
  return (entry) => tests.every((test) => test(entry));
}

function byId(
  wanted: Given['by_parent_id'],
  field: { trustDomain: TrustDomain; name: string; of: (entry: RegistrationEntry) => SpiffeId },
): Test[] {
  if (wanted === null) return [];
  const id = refusing(`malformed ${field.name} filter`, () =>
    decodeMember(wanted, field.trustDomain),
  );
  return [(entry) => field.of(entry).equals(id)];
}

function bySelectors({ by_selectors: wanted }: Given): Test[] {
  if (wanted === null) return [];
  if (wanted.selectors.length === 0)
    throw invalidArgument('malformed selectors filter: empty selector set');
  const selectors = refusing('malformed selectors filter', () => decodeSelectors(wanted.selectors));
  checkMatch(wanted.match);
  return [(entry) => matches(entry.selectors, selectors, wanted.match)];
}

function byFederation({ by_federates_with: wanted }: Given): Test[] {
  if (wanted === null) return [];
  if (wanted.trust_domains.length === 0) {
    throw invalidArgument('malformed federates with filter: empty trust domain set');
  }
  const domains = refusing('malformed federates with filter', () =>
    wanted.trust_domains.map((name) => TrustDomain.parse(name)),
  );
  checkMatch(wanted.match);
  return [(entry) => matches(entry.federatesWith, domains, wanted.match)];
}

function byHint({ by_hint: wanted }: Given): Test[] {
  return wanted === null ? [] : [({ hint }) => hint === wanted.value];
}
