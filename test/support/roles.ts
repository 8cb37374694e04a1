import type { RoleAssignment } from '../../server/roles/role.ts';
import { RoleBook } from '../../server/roles/role-book.ts';

/** Whom the tests' servers run as, as far as roles are concerned: nobody else has this number. */
export const SERVER_UID = 4711;

/** Nobody has a role, unless given here. */
export const roleBook = (
  given: { adminIds?: readonly string[]; assignments?: readonly RoleAssignment[] } = {},
): RoleBook => new RoleBook({ adminIds: [], assignments: [], serverUid: SERVER_UID, ...given });

/** An assignment to nobody, unless given here. */
export const assignment = (given: Partial<RoleAssignment>): RoleAssignment => ({
  grant: { role: 'auditor' },
  uids: new Set(),
  gids: new Set(),
  spiffeIds: new Set(),
  ...given,
});
