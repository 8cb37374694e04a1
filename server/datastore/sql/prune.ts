import type { Knex } from 'knex';
import type { RegistrationEntry } from '../../registration/entry.ts';
import type { ExpiredAgents } from '../datastore.ts';
import { toSeconds } from './columns.ts';
import { fromRow } from './entry-row.ts';
import type { EntryRow } from './entry-row.ts';

/** Of one transaction: nobody waits for more than these. */
const BATCH = 1000;

/** Entries that have expired: one batch of them. */
export async function findExpiredEntries(
  tx: Knex.Transaction,
  now: Date,
): Promise<RegistrationEntry[]> {
  const rows = await tx<EntryRow>('entries')
    .where('expires_at', '<=', toSeconds(now))
    .orderBy('row')
    .limit(BATCH);
  return rows.map(fromRow);
}

/** One batch of the IDs of agents whose every SVID expired before then; a banned agent has none, and stays banned. */
export async function findExpiredAgents(
  tx: Knex.Transaction,
  { before, withTofu }: ExpiredAgents,
): Promise<string[]> {
  const then = toSeconds(before);
  const query = tx<{ readonly id: string; readonly can_reattest: boolean }>('agents')
    .where('expires_at', '<', then)
    .whereNotNull('serial_number')
    .where((each) => {
      void each.whereNull('renewed_expires_at').orWhere('renewed_expires_at', '<', then);
    })
    .orderBy('row')
    .limit(BATCH);
  if (!withTofu) void query.where('can_reattest', true);
  const rows = await query.select('id');
  return rows.map(({ id }) => id);
}
