import { Selector } from '@vouchsafe/pki/selector';
import { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import { TrustDomain } from '@vouchsafe/pki/trust-domain';
import type { RegistrationEntry } from '../../agent/cache/entry.ts';
import { SelectorSet } from '../../agent/cache/selector-set.ts';

interface EntryOverrides extends Partial<
  Omit<RegistrationEntry, 'id' | 'spiffeId' | 'selectors' | 'federatesWith'>
> {
  readonly spiffeId?: string;
  readonly selectors?: readonly string[];
  readonly federatesWith?: readonly string[];
}

/** An entry for `spiffe://example.org/<id>` on the selector `unix:uid:1000`, where nothing else is said. */
export function entryOf(id: string, overrides: EntryOverrides = {}): RegistrationEntry {
  const { spiffeId, selectors, federatesWith, ...rest } = overrides;
  return {
    id,
    spiffeId: SpiffeId.parse(spiffeId ?? `spiffe://example.org/${id}`),
    selectors: (selectors ?? ['unix:uid:1000']).map((text) => Selector.parse(text)),
    federatesWith: (federatesWith ?? []).map((name) => TrustDomain.of(name)),
    hint: '',
    createdAt: 0,
    revision: '0',
    storeSvid: false,
    prefetch: true,
    jwtIncludesId: false,
    attributes: undefined,
    ...rest,
  };
}

export function selectorsOf(...texts: string[]): SelectorSet {
  return new SelectorSet(texts.map((text) => Selector.parse(text)));
}
