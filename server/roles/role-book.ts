import type { Caller } from '../api/caller.ts';
import type { Grant, RoleAssignment } from './role.ts';

const ROOT = 0;

export interface RoleBookOptions {
  /** SPIFFE IDs that are admins whatever roles there are. */
  readonly adminIds: Iterable<string>;
  /** Without any, everybody who can open the admin socket is an admin, as with SPIRE. */
  readonly assignments: readonly RoleAssignment[];
  /** Whom this process runs as: who can read its keys needs no role. */
  readonly serverUid: number;
}

/** Who has which role, by what the kernel or a certificate says of a caller. */
export class RoleBook {
  readonly #assignments: readonly RoleAssignment[];
  readonly #serverUid: number;
  readonly #adminIds: ReadonlySet<string>;
  readonly #knownIds: ReadonlySet<string>;

  constructor({ adminIds, assignments, serverUid }: RoleBookOptions) {
    this.#assignments = assignments;
    this.#serverUid = serverUid;
    const admins = assignments.filter(({ grant }) => grant.role === 'admin');
    this.#adminIds = new Set([...adminIds, ...admins.flatMap(({ spiffeIds }) => [...spiffeIds])]);
    const all = assignments.flatMap(({ spiffeIds }) => [...spiffeIds]);
    this.#knownIds = new Set([...this.#adminIds, ...all]);
  }

  /** Whether roles are given at all. */
  get isUsed(): boolean {
    return this.#assignments.length > 0;
  }

  /** Whether a SPIFFE ID has a role without an entry for it, whatever its trust domain. */
  names(id: { toString(): string }): boolean {
    return this.#knownIds.has(id.toString());
  }

  isAdmin(caller: Caller): boolean {
    switch (caller.kind) {
      case 'x509':
        return this.#adminIds.has(caller.id.toString());
      case 'local':
        return (
          !this.isUsed ||
          caller.uid === ROOT ||
          caller.uid === this.#serverUid ||
          this.grantsOf(caller).some(({ role }) => role === 'admin')
        );
      case 'anonymous':
        return false;
    }
  }

  grantsOf(caller: Caller): Grant[] {
    return this.#assignments
      .filter((assignment) => isAssigned(assignment, caller))
      .map(({ grant }) => grant);
  }
}

function isAssigned({ uids, gids, spiffeIds }: RoleAssignment, caller: Caller): boolean {
  switch (caller.kind) {
    case 'x509':
      return spiffeIds.has(caller.id.toString());
    case 'local':
      return uids.has(caller.uid) || caller.gids.some((gid) => gids.has(gid));
    case 'anonymous':
      return false;
  }
}
