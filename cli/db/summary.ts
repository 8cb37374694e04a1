import type { Dumped } from '../../server/datastore/maintenance/dump.ts';

/** What was read or written, in a line. */
export function summaryOf({ rows, revision }: Dumped): string {
  const parts = Object.entries(rows)
    .filter(([, count]) => count > 0)
    .map(([table, count]) => `${table.replaceAll('_', ' ')}: ${count}`);
  return `${parts.join(', ') || 'nothing'}, at revision ${revision}`;
}
