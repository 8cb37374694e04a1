import { formatDuration } from '../../runtime/duration.ts';
import { showSelector, showSpiffeId, showTime } from '../messages.ts';
import type { Table } from '../output.ts';
import type { Registered } from './registered.ts';

export function entryTable(entries: readonly Registered[]): Table {
  return {
    columns: ['ENTRY ID', 'SPIFFE ID', 'PARENT ID', 'SELECTORS', 'X509 TTL', 'JWT TTL', 'MORE'],
    rows: entries.map(({ entry, attributes }) => [
      entry.id,
      showSpiffeId(entry.spiffe_id),
      showSpiffeId(entry.parent_id),
      entry.selectors.map(showSelector).join(' '),
      showTtl(entry.x509_svid_ttl),
      showTtl(entry.jwt_svid_ttl),
      [...moreOf(entry), ...attributesOf(attributes)].join(' '),
    ]),
  };
}

const showTtl = (seconds: number): string => (seconds === 0 ? 'default' : formatDuration(seconds));

function moreOf(entry: Registered['entry']): string[] {
  const expires = showTime(entry.expires_at);
  return [
    ...(entry.admin ? ['admin'] : []),
    ...(entry.downstream ? ['downstream'] : []),
    ...(entry.store_svid ? ['store-svid'] : []),
    ...(entry.hint === '' ? [] : [`hint=${entry.hint}`]),
    ...entry.dns_names.map((name) => `dns=${name}`),
    ...entry.federates_with.map((name) => `federates-with=${name}`),
    ...(expires === '' ? [] : [`expires=${expires}`]),
  ];
}

/** A description is for `--output`: it is a sentence. */
function attributesOf(attributes: Registered['attributes']): string[] {
  if (attributes === null) return [];
  const { owner, environment, labels, audience } = attributes;
  return [
    ...(owner === '' ? [] : [`owner=${owner}`]),
    ...(environment === '' ? [] : [`environment=${environment}`]),
    ...Object.entries(labels).map(([key, value]) => `label=${key}=${value}`),
    ...(audience?.allow ?? []).map((one) => `audience=${one}`),
    ...(audience?.max_count ? [`audience-max-count=${audience.max_count}`] : []),
    ...(audience?.max_ttl ? [`audience-max-ttl=${formatDuration(audience.max_ttl)}`] : []),
  ];
}
