import type { Selector } from '@vouchsafe/pki/selector';
import type { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import type { SPIFFEID, SPIFFEID__Output } from '@vouchsafe/proto/gen/spire/api/types/SPIFFEID';
import type {
  Selector as SelectorMessage,
  Selector__Output,
} from '@vouchsafe/proto/gen/spire/api/types/Selector';

export const encodeSpiffeId = ({ trustDomain, path }: SpiffeId): SPIFFEID => ({
  trust_domain: trustDomain.name,
  path,
});

/** As text for a person; whatever came is shown. */
export const showSpiffeId = (id: SPIFFEID__Output | null): string =>
  id === null ? '' : `spiffe://${id.trust_domain}${id.path}`;

export const encodeSelector = ({ type, value }: Selector): SelectorMessage => ({ type, value });

export const showSelector = ({ type, value }: Selector__Output): string => `${type}:${value}`;

/** A moment in Unix seconds; those that mean no moment are empty. */
export function showTime(unixSeconds: string | number): string {
  const seconds = Number(unixSeconds);
  const date = new Date(seconds * 1000);
  if (seconds === 0 || Number.isNaN(date.getTime())) return '';
  return date.toISOString().replace('.000Z', 'Z');
}
