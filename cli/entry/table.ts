import type { Entry__Output } from '@vouchsafe/proto/gen/spire/api/types/Entry';
import { formatDuration } from '../../runtime/duration.ts';
import { showSelector, showSpiffeId, showTime } from '../messages.ts';
import type { Table } from '../output.ts';

export function entryTable(entries: readonly Entry__Output[]): Table {
  return {
    columns: ['ENTRY ID', 'SPIFFE ID', 'PARENT ID', 'SELECTORS', 'X509 TTL', 'JWT TTL', 'MORE'],
    rows: entries.map((entry) => [
      entry.id,
      showSpiffeId(entry.spiffe_id),
      showSpiffeId(entry.parent_id),
      entry.selectors.map(showSelector).join(' '),
      showTtl(entry.x509_svid_ttl),
      showTtl(entry.jwt_svid_ttl),
      showMore(entry),
    ]),
  };
}

const showTtl = (seconds: number): string => (seconds === 0 ? 'default' : formatDuration(seconds));

function showMore(entry: Entry__Output): string {
  const expires = showTime(entry.expires_at);
  return [
    ...(entry.admin ? ['admin'] : []),
    ...(entry.downstream ? ['downstream'] : []),
    ...(entry.store_svid ? ['store-svid'] : []),
    ...(entry.hint === '' ? [] : [`hint=${entry.hint}`]),
    ...entry.dns_names.map((name) => `dns=${name}`),
    ...entry.federates_with.map((name) => `federates-with=${name}`),
    ...(expires === '' ? [] : [`expires=${expires}`]),
  ].join(' ');
}
