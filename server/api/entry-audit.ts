import type { EntrySpec } from '../registration/entry.ts';

/** What the audit tells of an entry: who gets which identity, and with what rights over the server. */
export function entryAudit(entry: Partial<EntrySpec>): Readonly<Record<string, unknown>> {
  const { spiffeId, parentId, selectors, admin, downstream } = entry;
  return { spiffe_id: spiffeId, parent_id: parentId, selectors, admin, downstream };
}
