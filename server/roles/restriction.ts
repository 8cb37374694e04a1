import type { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import type { Caller } from '../api/caller.ts';
import type { EntrySpec } from '../registration/entry.ts';
import type { Registry } from '../registry.ts';
import { scopeProblem } from './registrar-scope.ts';
import type { RoleBook } from './role-book.ts';
import type { Grant, Role } from './role.ts';

/** What a caller may do by its roles, which is less than everything. */
export interface Restriction {
  readonly roles: readonly Role[];
  /** Why it may not make, change or delete such an entry; undefined when it may. */
  readonly entryProblem: (entry: EntrySpec) => string | undefined;
  /** Why it may not have this identity given to anything; undefined when it may. */
  readonly identityProblem: (id: SpiffeId) => string | undefined;
}

export interface RestrictionFacts {
  readonly registry: Registry;
  readonly roles: RoleBook;
}

/**
 * Rights must not grow: whoever could register an identity that has a role, or is an admin or a downstream server by some
 * other entry, would have that role by the selectors it chooses.
 */
export function restrictionOf(
  caller: Caller,
  grants: readonly Grant[],
  { registry, roles }: RestrictionFacts,
): Restriction {
  const scopes = grants.flatMap((grant) => (grant.role === 'registrar' ? [grant.scope] : []));
  const identityProblem = (id: SpiffeId): string | undefined => {
    const text = id.toString();
    if (caller.kind === 'x509' && caller.id.equals(id)) {
      return 'nobody registers the identity that they have themselves';
    }
    if (roles.names(id)) return `${text} has a role of its own`;
    const given = [...registry.entries.giving(id)];
    if (given.some(({ admin }) => admin)) return `${text} is an admin by another entry`;
    if (given.some(({ downstream }) => downstream)) {
      return `${text} is a downstream server by another entry`;
    }
    return undefined;
  };
  return {
    roles: grants.map(({ role }) => role),
    identityProblem,
    entryProblem: (entry) => identityProblem(entry.spiffeId) ?? scopeProblem(entry, scopes),
  };
}
