import type { Clock } from '../../runtime/clock.ts';
import { AccountFiles } from '../../runtime/account-names.ts';
import { RuntimeError } from '../../runtime/errors.ts';
import type { ServerConfig } from '../config.ts';
import type { Grant, RoleAssignment } from './role.ts';

type RoleConfig = ServerConfig['roles'][number];

/**
 * The roles of a configuration, with the numbers of the users and groups that it names.
 * @throws RuntimeError CONFIG_INVALID for a name that this host does not know
 */
export async function readAssignments(
  roles: readonly RoleConfig[],
  deps: { readonly clock: Clock },
): Promise<RoleAssignment[]> {
  if (roles.length === 0) return [];
  const { users, groups } = await new AccountFiles(deps).names();
  const uidOf = numbers(users, 'user', '/etc/passwd');
  const gidOf = numbers(groups, 'group', '/etc/group');
  return roles.map((role) => ({
    grant: grantOf(role),
    uids: new Set(role.users.map(uidOf)),
    gids: new Set(role.groups.map(gidOf)),
    spiffeIds: new Set(role.spiffe_ids.map(String)),
  }));
}

function numbers(names: ReadonlyMap<number, string>, kind: string, file: string) {
  const ids = new Map([...names].map(([id, name]) => [name, id]));
  return (account: string | number): number => {
    const id = typeof account === 'number' ? account : ids.get(account);
    if (id !== undefined) return id;
    throw new RuntimeError('CONFIG_INVALID', `roles: ${file} has no ${kind} ${account}`);
  };
}

function grantOf(role: RoleConfig): Grant {
  if (role.role !== 'registrar') return { role: role.role };
  const { paths = [], parents = [], dns_suffixes: dnsSuffixes } = role;
  return { role: role.role, scope: { paths, parents, dnsSuffixes } };
}
