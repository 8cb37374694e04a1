import type { SpiffeId } from '@vouchsafe/pki/spiffe-id';

/** What people and services may administer. Whoever is an admin may do everything. */
export const ROLES = ['admin', 'registrar', 'operator', 'auditor'] as const;

export type Role = (typeof ROLES)[number];

/** What a registrar may register: an entry has to be within all of it. */
export interface RegistrarScope {
  /** Paths of SPIFFE IDs, each with all that is below it. */
  readonly paths: readonly string[];
  readonly parents: readonly SpiffeId[];
  /** Suffixes of DNS names, each with its dot: `.web.example.org`. */
  readonly dnsSuffixes: readonly string[];
}

/** A role, and what it extends to. */
export type Grant =
  | { readonly role: 'registrar'; readonly scope: RegistrarScope }
  | { readonly role: Exclude<Role, 'registrar'> };

/** A role with whom it is given to. */
export interface RoleAssignment {
  readonly grant: Grant;
  readonly uids: ReadonlySet<number>;
  readonly gids: ReadonlySet<number>;
  readonly spiffeIds: ReadonlySet<string>;
}
